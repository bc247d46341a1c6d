'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Ban } from 'lucide-react'
import Link from 'next/link'
import { durationText } from '../../format/duration.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { RecipeSummary } from '../trials/recipe-summary.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote, ErrorState } from '../ui/error-state.tsx'
import { Figure } from '../ui/figure.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { CountsBar } from './counts-bar.tsx'
import { FailedTrials } from './failed-trials.tsx'
import { seedsText } from './parse-seeds.ts'
import { sweepTotals } from './sweep-totals.ts'
import { TrialGrid } from './trial-grid.tsx'

/** One sweep, live. */
export function SweepView({ id }: { id: string }) {
  const trpc = useTRPC()
  const sweep = useQuery(trpc.sweep.get.queryOptions({ id }))
  const models = useQuery(trpc.model.list.queryOptions())
  const cancel = useMutation(trpc.sweep.cancel.mutationOptions({ onSuccess: () => sweep.refetch() }))
  const modelName = (model: string) => models.data?.find((candidate) => candidate.id === model)?.name ?? model
  const above = <Link href="/sweeps" className="hover:text-ink hover:underline">Sweeps</Link>
  if (sweep.isError) return <Page title="Sweep" above={above}><Panel><ErrorState error={sweep.error} onRetry={() => void sweep.refetch()} /></Panel></Page>
  if (sweep.data === undefined) {
    return (
      <Page title={<Skeleton className="h-7 w-64" />} above={above}>
        <div role="status" aria-label="Loading the sweep" className="space-y-4">
          <Skeleton className="h-24" />
          <Skeleton className="h-72" />
        </div>
      </Page>
    )
  }
  const { name, counts, secondsLeft, seeds, recipe, trials, createdAt } = sweep.data
  const { done, total } = sweepTotals(counts)
  const active = done < total
  return (
    <Page
      title={name}
      above={above}
      note={<>{recipe.name} · {seeds.length === 1 ? 'seed' : 'seeds'} {seedsText(seeds)} · launched <RelativeTime time={createdAt} /></>}
      actions={
        active && (
          <Button look="danger" disabled={cancel.isPending} onClick={() => cancel.mutate({ id })}>
            <Ban aria-hidden size={15} /> {cancel.isPending ? 'Cancelling…' : 'Cancel what is left'}
          </Button>
        )
      }
    >
      <div className="space-y-4">
        {cancel.isError && <ErrorNote error={cancel.error} />}
        <Panel>
          <div aria-live="polite">
            <dl className="mb-3 grid grid-cols-2 gap-4 sm:grid-cols-4">
              <Figure name="Finished" remark={counts.cancelled > 0 ? `${counts.cancelled} cancelled` : undefined}>{counts.finished}<span className="text-sm font-normal text-muted"> of {total}</span></Figure>
              <Figure name="Running">{counts.running}</Figure>
              <Figure name="Failed"><span className={counts.failed > 0 ? 'text-danger' : ''}>{counts.failed}</span></Figure>
              <Figure name={active ? 'Time left' : 'State'}>{active ? (secondsLeft === null ? 'not known yet' : `about ${durationText(secondsLeft)}`) : counts.failed > 0 ? 'Done, with failures' : counts.cancelled > 0 ? 'Cancelled' : 'Done'}</Figure>
            </dl>
            <CountsBar counts={counts} />
          </div>
        </Panel>
        <Panel title="Trials" note="test accuracy in % by seed; press one to look inside" flush>
          <TrialGrid sweep={sweep.data} modelName={modelName} />
        </Panel>
        <FailedTrials trials={trials.filter(({ state }) => state === 'failed')} modelName={modelName} />
        <Panel title="Recipe" note={recipe.name}>
          <RecipeSummary recipe={recipe} />
        </Panel>
      </div>
    </Page>
  )
}
