'use client'
import type { BestSoFar } from '@graft/contracts/sweep-results'
import type { SweepSummary } from '@graft/contracts/views'
import { useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { Play, Sprout } from 'lucide-react'
import Link from 'next/link'
import { durationText } from '../../format/duration.ts'
import { countText, quantityText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { StatePill } from '../ui/state-pill.tsx'
import { methodNames } from '../search/method-names.ts'
import { CountsBar } from './counts-bar.tsx'
import { objectiveName, objectiveText } from './plots/sweep-columns.ts'
import { sweepTotals } from './sweep-totals.ts'

/** Sweeps whose lines are asked for together. */
const linesAtOnce = 50
const chunks = <Item,>(items: readonly Item[], size: number): Item[][] => Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

/** The best value of a search so far over its configurations, in very little room; between its own worst and best. */
function BestLine({ best }: { best: BestSoFar | undefined }) {
  if (best === undefined || best.values.length === 0) return null
  const [first, last] = [best.values[0]!, best.values.at(-1)!]
  const span = last - first
  const places = best.values.map((value) => (span === 0 ? 0.5 : best.goal === 'maximize' ? (value - first) / span : 1 - (value - first) / span))
  return (
    <span className="flex items-center gap-2 text-xs tabular-nums" title={`Best ${objectiveName(best.metric)} so far: from ${objectiveText(best.metric, first)} to ${objectiveText(best.metric, last)}`}>
      <Sparkline values={places} label={`Best ${objectiveName(best.metric)} so far, configuration by configuration`} />
      <span className="font-medium">{objectiveText(best.metric, last)}</span>
    </span>
  )
}

function SweepRow({ sweep, best }: { sweep: SweepSummary; best: BestSoFar | undefined }) {
  const { done, total } = sweepTotals(sweep.counts)
  return (
    <li>
      <Link href={`/sweeps/${sweep.id}`} className="grid gap-x-6 gap-y-2 px-4 py-3 hover:bg-hover md:grid-cols-[minmax(0,2fr)_minmax(0,1.6fr)_9.5rem_minmax(10rem,1.4fr)_5rem] md:items-center">
        <span className="min-w-0">
          <span className="flex items-center gap-2"><span className="min-w-0 truncate font-medium">{sweep.name}</span>{sweep.state !== 'finished' && <StatePill state={sweep.state} />}</span>
          <span className="block truncate text-xs text-muted">{sweep.method === null ? sweep.recipeName : `${methodNames[sweep.method]} search from ${sweep.recipeName}`} · by {sweep.launchedBy}</span>
        </span>
        <span className="min-w-0 text-xs text-muted">
          <span className="block truncate">{sweep.datasets.length === 0 ? 'datasets searched' : sweep.datasets.join(', ')}</span>
          <span className="block truncate text-faint">
            {sweep.models.length === 0 ? 'models searched' : quantityText(sweep.models.length, 'model')} × {quantityText(sweep.seeds.length, 'seed')}
          </span>
        </span>
        <span className="min-w-0 empty:max-md:hidden"><BestLine best={best} /></span>
        <span className="min-w-0">
          <CountsBar counts={sweep.counts} />
          <span className="mt-1 flex gap-2 text-2xs text-muted tabular-nums">
            {countText(done)} of {quantityText(total, 'trial')}
            {sweep.counts.failed > 0 && <span className="text-danger">{countText(sweep.counts.failed)} failed</span>}
            {sweep.secondsLeft !== null && done < total && <span className="ml-auto">{durationText(sweep.secondsLeft)} left</span>}
          </span>
        </span>
        <span className="text-2xs text-faint md:text-right">
          <RelativeTime time={sweep.createdAt} />
        </span>
      </Link>
    </li>
  )
}

/** All sweeps, newest first. */
export function SweepList() {
  const trpc = useTRPC()
  const sweeps = useInfiniteQuery(trpc.sweep.list.infiniteQueryOptions({}, { getNextPageParam: (page) => page.nextCursor ?? undefined }))
  const items = sweeps.data?.pages.flatMap((page) => page.items)
  const searches = items?.flatMap(({ id, method }) => (method === null ? [] : [id])) ?? []
  const lines = useQueries({ queries: chunks(searches, linesAtOnce).map((ids) => trpc.sweep.bestSoFar.queryOptions({ ids })) })
  const bestOf = new Map(lines.flatMap(({ data }) => Object.entries(data ?? {})))
  const launch = (
    <Link href="/sweeps/new" className={buttonClass('primary')}>
      <Play aria-hidden size={15} /> New sweep
    </Link>
  )
  return (
    <Page title="Sweeps" note="Datasets × models × seeds, launched together." actions={launch}>
      <Panel flush>
        {sweeps.isPending && <div className="p-4"><SkeletonRows rows={5} className="h-12" /></div>}
        {sweeps.isError && <ErrorState error={sweeps.error} onRetry={() => void sweeps.refetch()} />}
        {items?.length === 0 && <EmptyState icon={Sprout} title="Nothing has been launched yet" action={launch} command="npx graft run --datasets birds --models mobilenet-v2 --seeds 0-2" />}
        <ul className="divide-y">{items?.map((sweep) => <SweepRow key={sweep.id} sweep={sweep} best={bestOf.get(sweep.id)} />)}</ul>
        {sweeps.hasNextPage && <LoadMore busy={sweeps.isFetchingNextPage} onNear={() => void sweeps.fetchNextPage()} />}
      </Panel>
    </Page>
  )
}
