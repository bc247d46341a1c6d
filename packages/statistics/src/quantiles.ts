/** 97.5% quantile of the standard normal distribution: two-sided 95%. */
export const normalQuantile95 = 1.959963984540054

/**
 * Two seeds that happen to differ would alone allow any accuracy (Student's quantile of one degree of freedom is 12.7), although
 * seeds seldom differ by more than the images make them. With this floor simulations
 * (see the tests) still hold about 95%; less where a large test set leaves hardly any other uncertainty than two seeds.
 */
export const leastDegreesOfFreedom = 3

/**
 * 97.5% quantile of Student's t distribution (two-sided 95%), for any real number of degrees of freedom from 1 up; to about
 * four digits from 2 up. Hill (1970), Algorithm 396, Communications of the ACM 13(10):619-620.
 */
export function studentQuantile95(degreesOfFreedom: number): number {
  const probability = 0.05 // two-tailed
  const n = Math.max(1, degreesOfFreedom)
  if (n > 1e6) return normalQuantile95
  if (n === 1) return 1 / Math.tan((probability * Math.PI) / 2)
  if (n === 2) return Math.sqrt(2 / (probability * (2 - probability)) - 2)
  const a = 1 / (n - 0.5)
  const b = (48 / a) * (1 / a)
  let c = ((20700 * a) / b - 98) * a - 16
  c = c * a + 96.36
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * n
  let y = (d * probability) ** (2 / n)
  if (y > 0.05 + a) {
    const x = -normalQuantile95
    y = x * x
    if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6)
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    y = Math.expm1(a * y * y)
  } else {
    y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * ((n + 1) / (n + 2)) + 1 / y
  }
  return Math.sqrt(n * y)
}
