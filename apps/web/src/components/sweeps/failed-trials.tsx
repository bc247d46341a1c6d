'use client'
import type { TrialListItem } from '@graft/contracts/views'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import Link from 'next/link'
import { useTRPC } from '../../trpc/client.tsx'
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
          <li key={trial.id} className="flex items-start gap-4 px-4 py-3">
            <div className="min-w-0 flex-1">
              <Link href={`/trials/${trial.id}`} className="font-medium hover:underline">
                {modelName(trial.model)} on {trial.dataset}, seed {trial.seed}
              </Link>
              <p className="text-sm wrap-anywhere text-danger">{trial.error?.message ?? 'No reason was given.'}</p>
              {trial.error?.hint !== undefined && <p className="text-xs wrap-anywhere text-muted">{trial.error.hint}</p>}
            </div>
            <Button size="small" disabled={retry.isPending} onClick={() => retry.mutate({ id: trial.id })}>
              <RotateCw aria-hidden size={13} /> Retry
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
