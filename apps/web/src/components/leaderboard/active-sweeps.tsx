'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { quantityText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { sweepTotals } from '../sweeps/sweep-totals.ts'
import { ProgressBar } from '../ui/progress-bar.tsx'

/** What is filling the board in right now. Nothing when nothing runs. */
export function ActiveSweeps() {
  const trpc = useTRPC()
  const sweeps = useQuery(trpc.sweep.list.queryOptions({}))
  const active = sweeps.data?.items.filter(({ counts }) => counts.running + counts.queued > 0) ?? []
  if (active.length === 0) return null
  return (
    <ul className="mb-4 grid gap-2 md:grid-cols-2 xl:grid-cols-3">
      {active.slice(0, 3).map((sweep) => {
        const { done, total } = sweepTotals(sweep.counts)
        return (
          <li key={sweep.id} className="min-w-0">
            <Link href={`/sweeps/${sweep.id}`} className="block rounded-lg border bg-surface px-4 py-2.5 shadow-raised hover:bg-hover">
              <span className="mb-1.5 flex items-baseline gap-2 text-sm">
                <span className="min-w-0 flex-1 truncate font-medium">{sweep.name}</span>
                <span className="text-xs text-muted tabular-nums">
                  {done} of {quantityText(total, 'trial')}{sweep.secondsLeft === null ? '' : ` · ${durationText(sweep.secondsLeft)} left`}
                </span>
              </span>
              <ProgressBar fraction={done / total} label={`${sweep.name}: trials done`} />
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
