import type { TrialListItem } from '@graft/contracts/views'
import { FailedTrial } from '../trials/failed-trial.tsx'
import { Panel } from '../ui/panel.tsx'

/** Trials that failed, each with its reason and another go. */
export function FailedTrials({ trials, modelName }: { trials: readonly TrialListItem[]; modelName: (id: string) => string }) {
  if (trials.length === 0) return null
  return (
    <Panel title="Failed" note={String(trials.length)} flush>
      <ul className="divide-y">
        {trials.map((trial) => (
          <FailedTrial key={trial.id} id={trial.id} name={`${modelName(trial.model)} on ${trial.dataset}, seed ${trial.seed}`} error={trial.error} />
        ))}
      </ul>
    </Panel>
  )
}
