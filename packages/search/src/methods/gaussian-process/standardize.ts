/** Share of the span from the best loss to the median within which differences count nearly as they are: all of it after ten trials, a tenth from 100 on. */
const straightShare = (count: number): number => Math.min(1, Math.max(0.1, 10 / count))

/**
 * Losses as a process likes them: the long tail of bad ones drawn in by a logarithm, log(loss - best + a share of the span to the median), so
 * that the surroundings of the best are told apart (output warping, as in HEBO, Cowen-Rivers et al. 2022); then mean 0 and
 * standard deviation 1. A loss that is no number (a diverged trial) counts as the worst that there is. All equal: zeros.
 */
export function warped(losses: readonly number[]): Float64Array {
  const finite = losses.filter(Number.isFinite).toSorted((a, b) => a - b)
  const [best, median, worst] = [finite[0]!, finite[Math.floor(finite.length / 2)]!, finite.at(-1)!]
  const span = median > best ? median - best : worst - best
  if (!(span > 0)) return new Float64Array(losses.length)
  return standardize(losses.map((loss) => Math.log((Number.isFinite(loss) ? loss : worst) - best + straightShare(losses.length) * span)))
}

/** Mean 0 and standard deviation 1; all equal: zeros. */
export function standardize(numbers: readonly number[]): Float64Array {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length)
  return Float64Array.from(numbers, (value) => (deviation > 0 ? (value - mean) / deviation : 0))
}
