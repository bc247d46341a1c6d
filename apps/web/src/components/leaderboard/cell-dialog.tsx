'use client'
import type { LeaderboardCell } from '@graft/contracts/leaderboard'
import Link from 'next/link'
import { percentText } from '../../format/accuracy.ts'
import { quantityText } from '../../format/count.ts'
import { FailedTrial } from '../trials/failed-trial.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { LaunchCell } from './launch-cell.tsx'
import type { ModelColumn } from './leaderboard-index.ts'

/** A cell's seeds, each with its trial, those that failed with why, and the way to run (more of) it. */
export function CellDialog({ dataset, model, cell, recipeName, onClose }: { dataset: string; model: ModelColumn; cell: LeaderboardCell | undefined; recipeName: string | undefined; onClose: () => void }) {
  return (
    <Dialog title={`${model.name} on ${dataset}`} onClose={onClose}>
      {cell !== undefined && cell.trials.length > 0 && (
        <div className="border-b p-4">
          <p className="mb-2 text-xs text-muted">Test accuracy by seed</p>
          <ul className="space-y-1">
            {cell.trials.map((trial) => (
              <li key={trial.id}>
                <Link href={`/trials/${trial.id}`} className="group flex items-center gap-3 rounded-md px-2 py-1.5 tabular-nums hover:bg-hover">
                  <span className="w-14 text-muted">seed {trial.seed}</span>
                  <span className="h-1.5 flex-1 overflow-hidden rounded-full bg-sunken">
                    <span className="block h-full rounded-full bg-accent" style={{ width: `${trial.accuracy * 100}%` }} />
                  </span>
                  <span className="w-14 text-right font-medium">{percentText(trial.accuracy)}%</span>
                  <span className="text-xs text-accent opacity-70 group-hover:opacity-100">Open</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      {cell !== undefined && cell.failedTrials.length > 0 && (
        <div className="border-b">
          <p className="px-4 pt-3 text-xs font-medium text-danger">{quantityText(cell.failedTrials.length, 'trial')} failed</p>
          <ul className="divide-y">
            {cell.failedTrials.map(({ id, seed, error }) => (
              <FailedTrial key={id} id={id} name={`Seed ${seed}`} error={error} />
            ))}
          </ul>
        </div>
      )}
      {model.available ? <LaunchCell dataset={dataset} model={model} usedSeeds={[...(cell?.seeds ?? []), ...(cell?.failedTrials ?? []).map(({ seed }) => seed)]} recipeName={recipeName} trialId={(cell?.trials[0] ?? cell?.failedTrials[0])?.id} /> : <p className="p-4 text-sm text-muted">{model.reason ?? 'No weights are here for it.'}</p>}
    </Dialog>
  )
}
