import { createRandom } from '@graft/statistics/random'

const resamples = 4000

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** 95% percentile bootstrap interval of the median of `a` less the median of `b`, two independent samples. */
export function bootstrapDifference(a: readonly number[], b: readonly number[]): [number, number] {
  const random = createRandom(0)
  const resampled = (values: readonly number[]): number => median(values.map(() => values[random.integer(values.length)]!))
  const differences = Array.from({ length: resamples }, () => resampled(a) - resampled(b)).toSorted((x, y) => x - y)
  return [differences[Math.floor(0.025 * resamples)]!, differences[Math.ceil(0.975 * resamples) - 1]!]
}
