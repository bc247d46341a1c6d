import type { TrialListItem } from '@graft/contracts/views'
import { FailedTrial } from '../trials/failed-trial.tsx'
import { Panel } from '../ui/panel.tsx'

/** Trials that failed, each with its reason and another go; the first of `count`. */
export function FailedTrials({ trials, count, modelName }: { trials: readonly TrialListItem[]; count: number; modelName: (id: string) => string }) {
  if (trials.length === 0) return null
  return (
    <Panel title="Failed" note={count > trials.length ? `${trials.length} of ${count}; the table of trials has them all` : String(count)} flush>
      <ul className="divide-y">
        {trials.map((trial) => (
          <FailedTrial key={trial.id} id={trial.id} name={`${modelName(trial.model)} on ${trial.dataset}, seed ${trial.seed}`} error={trial.error} />
        ))}
      </ul>
    </Panel>
  )
}
