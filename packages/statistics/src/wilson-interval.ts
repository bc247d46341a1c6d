import { normalQuantile95 } from './quantiles.ts'

/**
 * 95% score interval of a proportion: sensible at 0%, at 100% and for few trials, where the textbook interval is not.
 * `correct` and `n` may be fractions (an effective sample size).
 *
 * Wilson (1927), Journal of the American Statistical Association 22:209-212.
 *
 * @param n trials; at 0 nothing is known, and the interval is 0 to 1.
 */
export function wilsonInterval(correct: number, n: number): [number, number] {
  if (!(n > 0)) return [0, 1]
  const p = correct / n
  const z2 = normalQuantile95 ** 2
  const middle = (p + z2 / (2 * n)) / (1 + z2 / n)
  const half = (normalQuantile95 / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))
  return [p <= 0 ? 0 : Math.max(0, middle - half), p >= 1 ? 1 : Math.min(1, middle + half)]
}
