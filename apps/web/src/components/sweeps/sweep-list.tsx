'use client'
import type { SweepSummary } from '@graft/contracts/views'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Play, Sprout } from 'lucide-react'
import Link from 'next/link'
import { durationText } from '../../format/duration.ts'
import { quantityText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { CountsBar } from './counts-bar.tsx'
import { sweepTotals } from './sweep-totals.ts'

function SweepRow({ sweep }: { sweep: SweepSummary }) {
  const { done, total } = sweepTotals(sweep.counts)
  return (
    <li>
      <Link href={`/sweeps/${sweep.id}`} className="grid gap-x-6 gap-y-2 px-4 py-3 hover:bg-hover md:grid-cols-[minmax(0,2fr)_minmax(0,2fr)_minmax(10rem,1.4fr)_5rem] md:items-center">
        <span className="min-w-0">
          <span className="block truncate font-medium">{sweep.name}</span>
          <span className="block truncate text-xs text-muted">{sweep.recipeName}</span>
        </span>
        <span className="min-w-0 text-xs text-muted">
          <span className="block truncate">{sweep.datasets.join(', ')}</span>
          <span className="block truncate text-faint">
            {quantityText(sweep.models.length, 'model')} × {quantityText(sweep.seeds.length, 'seed')}
          </span>
        </span>
        <span className="min-w-0">
          <CountsBar counts={sweep.counts} />
          <span className="mt-1 flex gap-2 text-2xs text-muted tabular-nums">
            {done} of {quantityText(total, 'trial')}
            {sweep.counts.failed > 0 && <span className="text-danger">{sweep.counts.failed} failed</span>}
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
        <ul className="divide-y">{items?.map((sweep) => <SweepRow key={sweep.id} sweep={sweep} />)}</ul>
        {sweeps.hasNextPage && <LoadMore busy={sweeps.isFetchingNextPage} onNear={() => void sweeps.fetchNextPage()} />}
      </Panel>
    </Page>
  )
}
