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

/**
 * The number that a standard normal variable is at most with this probability, to about 1e-15 relative: rational functions of
 * Wichura's algorithm AS 241 (1988). 0 gives -Infinity, 1 gives Infinity.
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5
  if (Math.abs(q) <= 0.425) return q * ratio(central, 0.180625 - q * q)
  if (!(probability > 0 && probability < 1)) return probability <= 0 ? Number.NEGATIVE_INFINITY : probability >= 1 ? Number.POSITIVE_INFINITY : Number.NaN
  const r = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)))
  return Math.sign(q) * (r <= 5 ? ratio(outer, r - 1.6) : ratio(far, r - 5))
}

/** Coefficients of numerator and denominator, the constant first. */
type Rational = readonly [readonly number[], readonly number[]]
const central: Rational = [
  [3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227],
  [1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854],
]
const outer: Rational = [
  [1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414],
  [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9],
]
const far: Rational = [
  [6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7],
  [1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15],
]

function ratio([above, below]: Rational, x: number): number {
  const polynomial = (coefficients: readonly number[]): number => coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)
  return polynomial(above) / polynomial(below)
}

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
