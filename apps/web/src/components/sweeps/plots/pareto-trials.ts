import { paretoFront } from '@graft/search/pareto-front'
import { costOf, scoreOf, scoreSign, type ModelSizes, type ParetoCost, type ParetoScore } from './pareto-axes.ts'
import type { SweepColumns } from './sweep-columns.ts'

/** The trials on the Pareto front of a score and a cost, cheapest first; those outside of the brushes do not count, nor those stopped early. */
export function paretoTrials(columns: SweepColumns, inside: Uint8Array, score: ParetoScore, cost: ParetoCost, sizes: ModelSizes): number[] {
  const sign = scoreSign(columns, score)
  const known = columns.trials.flatMap((point, trial) => {
    const [good, costs] = [scoreOf(point, score), costOf(point, cost, sizes)]
    return inside[trial] === 1 && point.state === 'finished' && good !== null && costs !== null ? [{ trial, cost: costs, score: sign * good }] : []
  })
  return paretoFront(known).map((row) => known[row]!.trial)
}
