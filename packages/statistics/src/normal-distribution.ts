/**
 * Probability that a standard normal variable is at most `x`, to about 1e-15 in the middle and to a relative 1e-12 in the lower
 * tail. Series 7.6.1 of the error function and continued fraction 7.9.3 of its complement, NIST Digital Library of Mathematical Functions.
 */
export function normalProbability(x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  const z = Math.abs(x) / Math.SQRT2
  const tail = 0.5 * (z < 2 ? 1 - errorSeries(z) : complementFraction(z))
  return x > 0 ? 1 - tail : tail
}

/** Density of the standard normal distribution. */
export const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)

function errorSeries(z: number): number {
  let term = z
  let sum = z
  for (let n = 1; Math.abs(term) > 1e-17 * sum; n += 1) {
    term *= (-z * z) / n
    sum += term / (2 * n + 1)
    if (n > 100) break
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

function complementFraction(z: number): number {
  if (z > 27) return 0
  let fraction = 0
  // So many terms leave a relative error of about exp(-2 z sqrt(2 n)), less than the last digit's.
  for (let n = Math.ceil(220 / (z * z)) + 8; n > 0; n -= 1) fraction = (n / 2) / (z + fraction)
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction)
}
