'use client'
import type { TrialListItem } from '@graft/contracts/views'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useTRPC } from '../../trpc/client.tsx'
import { FailedTrial } from '../trials/failed-trial.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { Panel } from '../ui/panel.tsx'

/** Trials that failed, each with its reason and another go. */
export function FailedTrials({ trials, modelName }: { trials: readonly TrialListItem[]; modelName: (id: string) => string }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const retry = useMutation(trpc.trial.retry.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.sweep.pathFilter()) }))
  if (trials.length === 0) return null
  return (
    <Panel
      title="Failed"
      note={String(trials.length)}
      flush
      actions={
        trials.length > 1 && (
          <Button size="small" disabled={retry.isPending} onClick={() => trials.forEach(({ id }) => retry.mutate({ id }))}>
            <RotateCw aria-hidden size={13} /> Retry all
          </Button>
        )
      }
    >
      {retry.isError && <div className="p-3"><ErrorNote error={retry.error} /></div>}
      <ul className="divide-y">
        {trials.map((trial) => (
          <FailedTrial key={trial.id} id={trial.id} name={`${modelName(trial.model)} on ${trial.dataset}, seed ${trial.seed}`} error={trial.error} />
        ))}
      </ul>
    </Panel>
  )
}
