import type { CompiledSpace, Point } from '../../space/compiled-space.ts'
import { earlierWeight, type EarlierObservation } from '../../warm-start.ts'
import { fitKernel } from './kernel-parameters.ts'
import { Posterior, type PriorMean } from './posterior.ts'
import { pairDifferences } from './squared-differences.ts'
import { standardize } from './standardize.ts'

const mostEarlier = 80
/** Own results that say whether earlier ones are of the same kind. */
const fewestToCompare = 4

/**
 * What earlier sweeps let expect, as the mean of a process over their ranks. It counts as far as it agrees with the own results so far (their
 * correlation, none where it is negative), and ever less as they come. Null without earlier results.
 *
 * @param points,values own results, standardized.
 */
export function priorMean(space: CompiledSpace, earlier: readonly EarlierObservation[], points: readonly Point[], values: Float64Array): PriorMean | null {
  if (earlier.length < 2) return null
  // Evenly over the ranks, so that good and bad places are both known.
  const sorted = earlier.toSorted((a, b) => a.rank - b.rank)
  const kept = sorted.length <= mostEarlier ? sorted : Array.from({ length: mostEarlier }, (_, index) => sorted[Math.floor((index * sorted.length) / mostEarlier)]!)
  const earlierPoints = kept.map(({ point }) => point)
  const ranks = standardize(kept.map(({ rank }) => rank))
  const of = new Posterior(space, earlierPoints, ranks, fitKernel(pairDifferences(space, earlierPoints), ranks))
  const agreement = points.length < fewestToCompare ? 0.5 : Math.max(0, correlation(points.map((point) => of.predict(point).mean), values))
  return { of, factor: agreement * 2 * earlierWeight(points.length) }
}

function correlation(a: readonly number[], b: Float64Array): number {
  const [x, y] = [standardize(a), standardize([...b])]
  return x.reduce((sum, value, index) => sum + value * y[index]!, 0) / x.length
}
