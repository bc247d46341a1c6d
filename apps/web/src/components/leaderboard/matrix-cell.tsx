import type { LeaderboardCell } from '@graft/contracts/leaderboard'
import { Plus } from 'lucide-react'
import { intervalText, percentText } from '../../format/accuracy.ts'
import { durationText } from '../../format/duration.ts'
import { scaleColour, scaleStrength } from './accuracy-colour.ts'
import { CellWork } from './cell-work.tsx'
import { IntervalWhisker } from './interval-whisker.tsx'
import type { ModelColumn } from './leaderboard-index.ts'
import { RankBadge } from './rank-badge.tsx'

export interface MatrixCellProps {
  dataset: { name: string; classes: number }
  model: ModelColumn
  cell: LeaderboardCell | undefined
  best: boolean
  onOpen: () => void
}

function EmptyCell({ dataset, model, onOpen }: MatrixCellProps) {
  if (!model.available) {
    return (
      <span title={model.reason ?? undefined} className="grid h-full min-h-22 place-items-center text-xs text-faint">
        <span aria-hidden>–</span>
        <span className="sr-only">Not available</span>
      </span>
    )
  }
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label={`Run ${model.name} on ${dataset.name}`}
      className="group grid size-full min-h-22 place-items-center rounded-md border border-dashed border-transparent text-xs text-faint transition-colors hover:border-line-strong hover:bg-hover hover:text-ink focus-visible:border-line-strong"
    >
      <span className="flex items-center gap-1.5">
        <Plus aria-hidden size={14} />
        <span className="opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100">Run</span>
      </span>
    </button>
  )
}

/** One dataset x model of the matrix: what is known, what is under way, or the way to start it. */
export function MatrixCell(props: MatrixCellProps) {
  const { dataset, model, cell, best, onOpen } = props
  if (cell === undefined || (cell.accuracy === null && cell.running + cell.queued + cell.failed === 0)) return <EmptyCell {...props} />
  const colour = cell.accuracy === null ? undefined : scaleColour(scaleStrength(cell.accuracy, dataset.classes))
  return (
    <button
      type="button"
      onClick={onOpen}
      style={{ background: colour }}
      className="flex size-full min-h-22 flex-col justify-center gap-1 rounded-md px-2.5 py-2 text-left tabular-nums transition-shadow hover:shadow-[inset_0_0_0_1.5px_var(--color-accent)]"
    >
      <span className="sr-only">
        {model.name} on {dataset.name}:
      </span>
      {cell.accuracy !== null && cell.interval !== null && (
        <>
          <span className="flex w-full items-center gap-1.5">
            <span className="text-lg leading-6 font-semibold tracking-tight">
              {percentText(cell.accuracy)}
              <span className="text-xs font-normal text-ink/70">%</span>
            </span>
            <span className="ml-auto">
              <RankBadge best={best} tied={cell.tiedWithBest} />
            </span>
          </span>
          <IntervalWhisker accuracy={cell.accuracy} interval={cell.interval} chance={1 / dataset.classes} />
          <span className="flex w-full items-baseline justify-between gap-1.5 text-2xs whitespace-nowrap text-ink/75">
            <span>{intervalText(cell.interval)}</span>
            {cell.seconds !== null && <span title="Mean time of a trial">{durationText(cell.seconds)}</span>}
          </span>
        </>
      )}
      <CellWork cell={cell} />
    </button>
  )
}
