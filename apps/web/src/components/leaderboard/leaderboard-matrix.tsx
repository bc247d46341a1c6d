import type { Leaderboard } from '@graft/contracts/leaderboard'
import { Lock } from 'lucide-react'
import Link from 'next/link'
import { percentText } from '../../format/accuracy.ts'
import { countText } from '../../format/count.ts'
import { classNames } from '../ui/class-names.ts'
import type { LeaderboardIndex, ModelColumn } from './leaderboard-index.ts'
import { EnsembleButton } from './ensemble-button.tsx'
import { MatrixCell } from './matrix-cell.tsx'

export type OpenCell = (dataset: string, model: string) => void
/** Opens the ensemble of a dataset; undefined where it has too few trials. */
export type OpenEnsemble = (dataset: string) => (() => void) | undefined

function ColumnHead({ model, wide }: { model: ModelColumn; wide: boolean }) {
  return (
    <th scope="col" title={model.reason ?? model.trainedOn ?? undefined} className={classNames('sticky top-0 z-10 bg-surface px-2.5 py-2.5 text-left align-bottom font-normal', wide ? 'min-w-30' : 'w-25 min-w-25', !model.available && 'text-faint')}>
      <span className="flex items-center gap-1.5 leading-tight font-medium">
        {!model.available && <Lock aria-hidden size={12} />}
        {model.name}
      </span>
      <span className="mt-0.5 line-clamp-2 max-w-32 text-2xs text-faint">{model.available ? (model.trainedOn ?? 'from scratch') : 'no weights here'}</span>
    </th>
  )
}

/** Datasets down, models across. Wide windows; phones get cards. */
export function LeaderboardMatrix({ board, index, onOpen, onEnsemble }: { board: Leaderboard; index: LeaderboardIndex; onOpen: OpenCell; onEnsemble: OpenEnsemble }) {
  return (
    // Names of models and datasets stay in sight: the board scrolls in itself once it is larger than the window.
    <div tabIndex={0} role="region" aria-label="Leaderboard" className="hidden max-h-[max(24rem,calc(100dvh-7rem))] overflow-auto md:block">
      <table className="w-full border-separate border-spacing-0" aria-label="Test accuracy by dataset and model">
        <thead>
          <tr className="*:border-b">
            <th scope="col" className="sticky top-0 left-0 z-20 min-w-40 bg-surface px-4 py-2.5 text-left align-bottom text-xs font-normal text-muted">
              Dataset
            </th>
            {index.models.map((model) => (
              <ColumnHead key={model.id} model={model} wide={index.hasCells(model.id)} />
            ))}
          </tr>
        </thead>
        <tbody>
          {board.datasets.map((dataset) => (
            <tr key={dataset.name} className="*:border-b last:*:border-b-0">
              <th scope="row" className="sticky left-0 z-10 bg-surface px-4 py-3 text-left align-top font-normal">
                <Link href={`/datasets/${encodeURIComponent(dataset.name)}`} className="font-medium wrap-anywhere hover:text-accent hover:underline">
                  {dataset.name}
                </Link>
                <span className="mt-1 block text-2xs leading-4 whitespace-nowrap text-muted tabular-nums">
                  {dataset.classes} classes · {countText(dataset.images)} images
                  <br />
                  {countText(dataset.testImages)} test · chance {percentText(1 / dataset.classes)}%
                </span>
                <EnsembleButton dataset={dataset.name} onOpen={onEnsemble(dataset.name)} />
              </th>
              {index.models.map((model) => (
                <td key={model.id} className={classNames('h-px p-1 align-top', !model.available && 'bg-sunken/50')}>
                  <MatrixCell dataset={dataset} model={model} cell={index.cell(dataset.name, model.id)} best={index.best(dataset.name) === model.id} onOpen={() => onOpen(dataset.name, model.id)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
