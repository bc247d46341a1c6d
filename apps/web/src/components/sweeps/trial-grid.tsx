import type { SweepView, TrialListItem } from '@graft/contracts/views'
import { overallFraction } from '@graft/contracts/overall-fraction'
import Link from 'next/link'
import { percentText } from '../../format/accuracy.ts'
import { progressText } from '../../format/progress.ts'
import { classNames } from '../ui/class-names.ts'
import type { TrialState } from '../ui/state-pill.tsx'

const looks: Record<TrialState, string> = {
  paused: 'border-warning/40 bg-warning-soft text-warning',
  pruned: 'border-line bg-sunken text-muted',
  diverged: 'border-danger/40 bg-danger-soft text-danger',
  queued: 'border-dashed border-line-strong text-faint',
  running: 'border-running/40 bg-running-soft text-running',
  finished: 'border-transparent bg-accent-soft text-ink',
  failed: 'border-danger/40 bg-danger-soft text-danger',
  cancelled: 'border-line bg-sunken text-muted',
}
const words: Record<TrialState, string> = { paused: 'paused', pruned: 'pruned', diverged: 'diverged', queued: 'queued', running: 'running', finished: 'done', failed: 'failed', cancelled: 'cancelled' }

function TrialTile({ trial }: { trial: TrialListItem }) {
  const fraction = trial.progress === null ? null : overallFraction(trial.progress)
  return (
    <Link
      href={`/trials/${trial.id}`}
      title={`Seed ${trial.seed}: ${(trial.state === 'failed' && trial.error?.message) || (trial.progress !== null ? progressText(trial.progress) : words[trial.state])}`}
      className={classNames('relative flex h-9 max-w-48 min-w-18 flex-1 flex-col justify-center overflow-hidden rounded-md border px-2 text-xs leading-tight tabular-nums transition-shadow hover:shadow-[inset_0_0_0_1px_var(--color-accent)]', looks[trial.state])}
    >
      {trial.state === 'running' && <span aria-hidden className="absolute inset-y-0 left-0 bg-running/20 working transition-[width] duration-500" style={{ width: `${(fraction ?? 0) * 100}%` }} />}
      <span className="relative flex items-baseline justify-between gap-2">
        <span className="text-2xs">s{trial.seed}</span>
        <span className={trial.state === 'finished' ? 'font-semibold' : ''}>
          {trial.state === 'finished' && trial.accuracy !== null ? percentText(trial.accuracy) : trial.state === 'running' && fraction !== null ? `${Math.round(fraction * 100)}%` : words[trial.state]}
        </span>
      </span>
    </Link>
  )
}

/** Every trial of a sweep as a tile: models down, datasets across, seeds side by side. */
export function TrialGrid({ sweep, modelName }: { sweep: SweepView; modelName: (id: string) => string }) {
  const tiles = (dataset: string, model: string) => (
    <div className="flex flex-wrap gap-1">
      {sweep.trials
        .filter((trial) => trial.dataset === dataset && trial.model === model)
        .map((trial) => (
          <TrialTile key={trial.id} trial={trial} />
        ))}
    </div>
  )
  return (
    <div className="overflow-x-auto">
      <table aria-label="Trials by model and dataset" className="w-full border-separate border-spacing-0 max-md:hidden">
        <thead>
          <tr>
            <td className="w-44 px-4 py-2" />
            {sweep.datasets.map((dataset) => (
              <th key={dataset} scope="col" className="px-2 py-2 text-left text-xs font-medium text-muted">
                {dataset}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sweep.models.map((model) => (
            <tr key={model}>
              <th scope="row" className="border-t px-4 py-2 text-left font-medium">
                {modelName(model)}
              </th>
              {sweep.datasets.map((dataset) => (
                <td key={dataset} className="border-t p-2">
                  {tiles(dataset, model)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="divide-y md:hidden">
        {sweep.datasets.flatMap((dataset) =>
          sweep.models.map((model) => (
            <li key={JSON.stringify([dataset, model])} className="px-4 py-2.5">
              <p className="mb-1.5 flex justify-between gap-3 text-xs">
                <span className="truncate font-medium">{modelName(model)}</span>
                <span className="text-muted">{dataset}</span>
              </p>
              {tiles(dataset, model)}
            </li>
          )),
        )}
      </ul>
    </div>
  )
}
