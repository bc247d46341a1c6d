/**
 * Shares of the span from the best loss to the median within which differences count nearly as they are, for a tail of bad losses that is
 * drawn in more or less; the first leaves the losses as they are.
 */
export const straightShares: readonly number[] = [Number.POSITIVE_INFINITY, 1, 0.1]

/** Losses as a process is to see them. */
export interface WarpedLosses {
  /** Mean 0 and standard deviation 1; all equal: zeros. */
  values: Float64Array
  /** Logarithm of the slope of each value by its loss: what turns a density of the values into one of the losses. */
  logSlopes: Float64Array
}

/**
 * Losses with the long tail of bad ones drawn in by a logarithm, log(loss - best + `share` of the span to the median), so that the surroundings of
 * the best are told apart (output warping, as in HEBO, Cowen-Rivers et al. 2022). A loss that is no number (a diverged trial) counts as
 * the worst that there is.
 */
export function warp(losses: readonly number[], share: number): WarpedLosses {
  const finite = losses.filter(Number.isFinite).toSorted((a, b) => a - b)
  const [best, median, worst] = [finite[0]!, finite[Math.floor(finite.length / 2)]!, finite.at(-1)!]
  const span = median > best ? median - best : worst - best
  const counted = losses.map((loss) => (Number.isFinite(loss) ? loss : worst))
  if (!(span > 0)) return { values: new Float64Array(losses.length), logSlopes: new Float64Array(losses.length) }
  const raised = counted.map((loss) => loss - best + share * span)
  const isStraight = share === Number.POSITIVE_INFINITY
  const drawnIn = isStraight ? counted : raised.map(Math.log)
  const logDeviation = Math.log(deviationOf(drawnIn))
  return { values: standardize(drawnIn), logSlopes: Float64Array.from(raised, (loss) => -logDeviation - (isStraight ? 0 : Math.log(loss))) }
}

/** Mean 0 and standard deviation 1; all equal: zeros. */
export function standardize(numbers: readonly number[]): Float64Array {
  const mean = meanOf(numbers)
  const deviation = deviationOf(numbers)
  return Float64Array.from(numbers, (value) => (deviation > 0 ? (value - mean) / deviation : 0))
}

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length

function deviationOf(numbers: readonly number[]): number {
  const mean = meanOf(numbers)
  return Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length)
}
