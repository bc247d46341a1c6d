import type { LeaderboardCell } from '@graft/contracts/leaderboard'
import { CircleDashed, LoaderCircle, TriangleAlert } from 'lucide-react'
import { shortAddresses } from '../../format/short-addresses.ts'

/** What a cell is still doing: seeds running, queued, failed. Nothing when all is done. */
export function CellWork({ cell }: { cell: LeaderboardCell }) {
  const { running, queued, failed } = cell
  if (running + queued + failed === 0) return null
  const done = cell.seeds.length
  const total = done + running + queued + failed
  // Where there is nothing else to show, there is room for why.
  const reason = done + running + queued === 0 ? cell.failedTrials.find(({ error }) => error !== null)?.error?.message : undefined
  return (
    <span className="flex flex-col gap-1 text-xs">
      {running + queued > 0 && (
        <span className="flex items-center gap-1.5 font-medium text-ink/80">
          {running > 0 ? <LoaderCircle aria-hidden size={12} className="animate-spin text-running [animation-duration:2s]" /> : <CircleDashed aria-hidden size={12} />}
          {running > 0 ? 'Running' : 'Queued'}
          <span title={`${done} of ${total} seeds done`} className="ml-auto whitespace-nowrap text-ink/70 tabular-nums">
            {done}/{total}
          </span>
        </span>
      )}
      {failed > 0 && (
        <span className="flex w-fit items-center gap-1.5 rounded-full bg-danger-soft px-1.5 font-medium text-danger">
          <TriangleAlert aria-hidden size={12} /> {failed} failed
        </span>
      )}
      {/* No width of its own: a long reason must not widen its column. */}
      {reason !== undefined && <span title={reason} className="line-clamp-3 w-0 min-w-full text-2xs leading-3.5 wrap-anywhere text-ink/75">{shortAddresses(reason)}</span>}
      {running + queued > 0 && (
        <span className="flex h-1 gap-0.5">
          {Array.from({ length: total }, (_, seed) => (
            <span key={seed} className={`h-full flex-1 rounded-full ${seed < done ? 'bg-accent' : seed < done + running ? 'animate-pulse-soft bg-running' : seed < done + running + queued ? 'bg-ink/15' : 'bg-danger'}`} />
          ))}
        </span>
      )}
    </span>
  )
}
