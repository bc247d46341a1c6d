import type { Leaderboard } from '@graft/contracts/leaderboard'
import { Lock, Plus } from 'lucide-react'
import Link from 'next/link'
import { intervalText, percentText } from '../../format/accuracy.ts'
import { countText, quantityText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'
import { scaleColour, scaleStrength } from './accuracy-colour.ts'
import { CellWork } from './cell-work.tsx'
import { EnsembleButton } from './ensemble-button.tsx'
import { IntervalWhisker } from './interval-whisker.tsx'
import type { LeaderboardIndex, ModelColumn } from './leaderboard-index.ts'
import type { MatrixCellProps } from './matrix-cell.tsx'
import type { OpenCell, OpenEnsemble } from './leaderboard-matrix.tsx'
import { RankBadge } from './rank-badge.tsx'

function ModelRow({ dataset, model, cell, best, onOpen }: MatrixCellProps) {
  const known = cell !== undefined && cell.accuracy !== null && cell.interval !== null
  return (
    <li>
      <button type="button" onClick={onOpen} style={known ? { background: scaleColour(scaleStrength(cell.accuracy!, dataset.classes)) } : undefined} className="flex w-full flex-col gap-1 rounded-md px-3 py-2 text-left tabular-nums hover:bg-hover">
        <span className="flex w-full items-center gap-2">
          <span className="min-w-0 flex-1 truncate font-medium">{model.name}</span>
          {known && <RankBadge best={best} tied={cell.tiedWithBest} />}
          {known ? (
            <span className="text-base font-semibold tracking-tight">
              {percentText(cell.accuracy!)}
              <span className="text-xs font-normal text-ink/70">%</span>
            </span>
          ) : (
            cell === undefined && (
              <span className="flex items-center gap-1 text-xs text-accent">
                <Plus aria-hidden size={13} /> Run
              </span>
            )
          )}
        </span>
        {known && (
          <span className="flex w-full items-center gap-3 text-2xs text-ink/75">
            <span className="flex-1">
              <IntervalWhisker accuracy={cell.accuracy!} interval={cell.interval!} chance={1 / dataset.classes} />
            </span>
            <span>{intervalText(cell.interval!)}</span>
            {cell.seconds !== null && <span className="w-16 text-right">{durationText(cell.seconds)}</span>}
          </span>
        )}
        {cell !== undefined && <CellWork cell={cell} />}
      </button>
    </li>
  )
}

/** One card a dataset, its models best first: the leaderboard on phones. */
export function LeaderboardCards({ board, index, onOpen, onEnsemble }: { board: Leaderboard; index: LeaderboardIndex; onOpen: OpenCell; onEnsemble: OpenEnsemble }) {
  return (
    <ul className="divide-y md:hidden">
      {board.datasets.map((dataset) => {
        const ranked = index.ranked(dataset.name)
        const tried = ranked.filter((model) => index.cell(dataset.name, model.id) !== undefined)
        const untried = ranked.filter((model) => model.available && !tried.includes(model))
        const locked = ranked.filter((model) => !model.available && !tried.includes(model))
        const row = (model: ModelColumn) => (
          <ModelRow key={model.id} dataset={dataset} model={model} cell={index.cell(dataset.name, model.id)} best={index.best(dataset.name) === model.id} onOpen={() => onOpen(dataset.name, model.id)} />
        )
        return (
          <li key={dataset.name} className="p-3">
            <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-3 px-1">
              <Link href={`/datasets/${encodeURIComponent(dataset.name)}`} className="font-semibold tracking-tight wrap-anywhere">
                {dataset.name}
              </Link>
              <span className="text-2xs text-muted tabular-nums">
                {dataset.classes} classes · {countText(dataset.testImages)} test · chance {percentText(1 / dataset.classes)}%
              </span>
            </div>
            <ul className="space-y-1">{tried.map(row)}</ul>
            <div className="px-3"><EnsembleButton dataset={dataset.name} onOpen={onEnsemble(dataset.name)} /></div>
            {untried.length > 0 && (
              <details open={tried.length === 0} className="mt-1">
                <summary className="w-fit rounded px-3 py-2 text-xs text-accent">Run {tried.length === 0 ? 'one' : 'another'} of {quantityText(untried.length, 'model')}</summary>
                <ul className="space-y-1">{untried.map(row)}</ul>
              </details>
            )}
            {locked.length > 0 && (
              <p className="mt-2 flex items-start gap-1.5 px-1 text-2xs text-faint">
                <Lock aria-hidden size={11} className="mt-0.5 shrink-0" />
                <span>
                  No weights here: {locked.map(({ name }) => name).join(', ')}.{' '}
                  <Link href="/models" className="underline">
                    Why
                  </Link>
                </span>
              </p>
            )}
          </li>
        )
      })}
    </ul>
  )
}
