import { GraftError } from '@graft/contracts/errors'
import type { SearchSpace } from '@graft/contracts/search-space'
import type { ParameterImportance } from '@graft/contracts/sweep-results'
import { createRandom } from '@graft/statistics/random'
import { compileSpace, type CompiledSpace, type Point } from '../space/compiled-space.ts'
import type { TrialRecord } from '../trial-record.ts'
import { explainedShares } from './functional-variance.ts'
import { growForest } from './regression-forest.ts'

const trees = 64

/**
 * Share of the objective's variance over the space that each parameter explains alone, as mean over a forest's trees with its standard
 * deviation, largest first (fANOVA, Hutter et al. 2014; as Optuna's FanovaImportanceEvaluator, which is not scaled to a sum of 1: what is left
 * is due to parameters together). Finished trials count. Logarithmic parameters are spread in their logarithm. Where a parameter is absent its middle stands for it, so that the difference is put down to
 * the parameter that it hangs on. The same trials give the same result. Gives way to other work of the process between trees.
 *
 * @returns empty for fewer than two finished trials; zeros where all have one value.
 * @throws GraftError `aborted` when the signal fired.
 */
export async function parameterImportance(searchSpace: SearchSpace, history: readonly Pick<TrialRecord, 'configuration' | 'state' | 'value'>[], signal?: AbortSignal): Promise<ParameterImportance[]> {
  const space = compileSpace(searchSpace)
  const rows = history.flatMap(({ configuration, state, value }) => {
    const point = state === 'finished' && value !== null && Number.isFinite(value) ? space.encode(configuration) : null
    return point === null ? [] : [{ point: withoutGaps(space, point), value: value! }]
  })
  if (rows.length < 2) return []
  const shares: Float64Array[] = []
  for (const tree of growForest(space, rows.map(({ point }) => point), rows.map(({ value }) => value), trees, createRandom(0).fork('importance'))) {
    const explained = explainedShares(space, tree)
    if (explained !== null) shares.push(explained)
    await new Promise((resolve) => setTimeout(resolve, 0))
    if (signal?.aborted === true) throw new GraftError('aborted', 'The computation of importances was stopped.')
  }
  return space.names
    .map((name, index) => ({ name, ...meanAndDeviation(shares.map((each) => each[index]!)) }))
    .toSorted((a, b) => b.importance - a.importance)
}

const withoutGaps = (space: CompiledSpace, point: Point): Point => point.map((place, index) => (Number.isNaN(place) ? (space.dimensions[index]!.kind === 'number' ? 0.5 : 0) : place))

function meanAndDeviation(values: readonly number[]): { importance: number; deviation: number } {
  if (values.length === 0) return { importance: 0, deviation: 0 }
  const importance = values.reduce((sum, value) => sum + value, 0) / values.length
  return { importance, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - importance) ** 2, 0) / values.length) }
}
