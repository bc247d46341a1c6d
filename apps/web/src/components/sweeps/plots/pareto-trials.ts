import { paretoFront } from '@graft/search/pareto-front'
import type { SweepColumns } from './sweep-columns.ts'

/** The trials on the Pareto front of objective and time, quickest first; those outside of the brushes do not count. */
export function paretoTrials({ trials, maximizes }: SweepColumns, inside: Uint8Array): number[] {
  const timed = trials.flatMap(({ seconds, objective }, trial) => (inside[trial] === 1 && seconds !== null && objective !== null ? [{ trial, cost: seconds, score: maximizes ? objective : -objective }] : []))
  return paretoFront(timed).map((row) => timed[row]!.trial)
}
