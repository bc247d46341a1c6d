'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import Link from 'next/link'
import { isTerminal, type JobState } from '@graft/contracts/trial'
import { useTRPC } from '../../trpc/client.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { ErrorNote, ErrorState } from '../ui/error-state.tsx'
import { IssueCounts } from '../datasets/issue-counts.tsx'
import { JobProgress } from '../ui/job-progress.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StatePill } from '../ui/state-pill.tsx'

/** An import under way, then what came of it. */
export function ImportProgress({ importId, onClose }: { importId: string; onClose: () => void }) {
  const trpc = useTRPC()
  // Live events bring each change; the slow clock is for a connection that missed one.
  const view = useQuery(trpc.import.get.queryOptions({ importId }, { refetchInterval: ({ state }) => (state.data !== undefined && state.data.state !== 'uploading' && isTerminal(state.data.state as JobState) ? false : 2000) }))
  const cancel = useMutation(trpc.import.cancel.mutationOptions({ onSuccess: () => view.refetch() }))
  if (view.isError) return <Panel title="Import"><ErrorState error={view.error} onRetry={() => void view.refetch()} /></Panel>
  if (view.data === undefined) return <Skeleton className="h-32" />
  const { name, state, progress, error, dataset, issueCounts } = view.data
  const over = state !== undefined && state !== 'uploading' && isTerminal(state)
  return (
    <Panel title={`Import of ${name}`} actions={<StatePill state={state} />}>
      <div className="space-y-3" aria-live="polite">
        {!over && (
          <div className="flex items-center gap-4">
            <div className="min-w-0 flex-1">
              <JobProgress progress={progress} label="Import" />
            </div>
            <Button size="small" disabled={cancel.isPending} onClick={() => cancel.mutate({ importId })}>
              Cancel
            </Button>
          </div>
        )}
        {error !== null && <ErrorNote error={{ error }} />}
        {dataset !== null && (
          <p className="flex items-center gap-2">
            <Check aria-hidden size={16} className="text-accent" />
            {dataset.unchanged ? `The same images and split are there already: ${dataset.name} stays as it is.` : `${dataset.name} is there.`}
          </p>
        )}
        {issueCounts !== null && <IssueCounts counts={issueCounts} />}
        {over && (
          <div className="flex gap-2">
            {dataset !== null && (
              <Link href={`/datasets/${encodeURIComponent(dataset.name)}`} className={buttonClass('primary')}>
                Look at it
              </Link>
            )}
            <Button onClick={onClose}>Import another</Button>
          </div>
        )}
      </div>
    </Panel>
  )
}
