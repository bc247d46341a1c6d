import { cholesky, inverseFromCholesky, solveLower, solveUpper } from '../../numeric/cholesky.ts'
import { dot, minimize, type ValueAndGradient } from '../../numeric/minimize.ts'

/** Of a Matérn 5/2 kernel with a relevance for each parameter (automatic relevance determination). */
export interface KernelParameters {
  /** Inverse squared length of each parameter. */
  relevance: Float64Array
  /** Variance of the function. */
  scale: number
  /** Variance of the noise. */
  noise: number
}

/** Added to the diagonal whatever the fit says, so that equal points keep the matrix regular. */
const leastNoise = 1e-6
const iterations = 60
const root5 = Math.sqrt(5)

/** Matérn 5/2 as a function of the squared distance r², and its slope by r². */
export function matern(squaredDistance: number): { value: number; slope: number } {
  const distance = root5 * Math.sqrt(squaredDistance)
  const decay = Math.exp(-distance)
  return { value: (1 + distance + (5 / 3) * squaredDistance) * decay, slope: (-5 / 6) * (1 + distance) * decay }
}

/** Covariance matrix of the observations, noise included; the lower triangle, which is all that `cholesky` reads. */
export const covariance = (differences: readonly Float64Array[], size: number, { relevance, scale, noise }: KernelParameters): Float64Array => kernelOfPairs(differences, size, relevance, scale, noise).matrix

/**
 * The most probable kernel parameters: marginal likelihood of the values (Rasmussen and Williams, "Gaussian Processes for Machine
 * Learning", equation 5.8 and its gradient 5.9) times priors that keep few observations from extremes. The priors are Optuna's: relevance
 * between 0.1 and 10, scale of the order of 1 (Gamma 2, 1), small noise (Gamma 1.1, 30).
 *
 * @param differences of all pairs, by parameter (`pairDifferences`).
 * @param values standardized.
 */
export function fitKernel(differences: readonly Float64Array[], values: Float64Array): KernelParameters & { negativeLogPosterior: number } {
  const count = differences.length
  const start = new Float64Array(count + 2)
  start[count + 1] = Math.log(0.01)
  const { point, value } = minimize((logs) => negativeLogPosterior(logs, differences, values), start, { low: -16, high: 12 }, iterations, 1e-2)
  return { ...parametersOf(point), negativeLogPosterior: value }
}

/** From natural logarithms: relevances, scale, noise. */
function parametersOf(logs: Float64Array): KernelParameters {
  const count = logs.length - 2
  return { relevance: logs.slice(0, count).map(Math.exp), scale: Math.exp(logs[count]!), noise: Math.exp(logs[count + 1]!) + leastNoise }
}

export function negativeLogPosterior(logs: Float64Array, differences: readonly Float64Array[], values: Float64Array): ValueAndGradient {
  const size = values.length
  const count = differences.length
  const { relevance, scale, noise } = parametersOf(logs)
  const gradient = new Float64Array(count + 2)
  const { matrix, similarities, slopes } = kernelOfPairs(differences, size, relevance, scale, noise)
  const lower = cholesky(matrix, size)
  if (lower === null) return { value: Number.POSITIVE_INFINITY, gradient }
  const whitened = solveLower(lower, size, values)
  const weights = solveUpper(lower, size, whitened)
  const inverse = inverseFromCholesky(lower, size)
  let value = 0
  for (let row = 0; row < size; row += 1) value += 0.5 * whitened[row]! ** 2 + Math.log(lower[row * size + row]!)

  // Slope by K of the negative log likelihood: (K⁻¹ - w wᵀ) / 2; each pair counts twice.
  let pair = 0
  let traceWithKernel = 0
  let trace = 0
  for (let row = 0; row < size; row += 1) {
    const onDiagonal = 0.5 * (inverse[row * size + row]! - weights[row]! ** 2)
    trace += onDiagonal
    traceWithKernel += onDiagonal
    for (let column = 0; column < row; column += 1, pair += 1) {
      const sensitivity = inverse[row * size + column]! - weights[row]! * weights[column]!
      traceWithKernel += sensitivity * similarities[pair]!
      slopes[pair] = sensitivity * scale * slopes[pair]!
    }
  }
  for (let index = 0; index < count; index += 1) gradient[index] = dot(slopes, differences[index]!)
  relevance.forEach((each, index) => {
    value += 0.1 / each + 0.1 * each
    gradient[index] = (gradient[index]! - 0.1 / each ** 2 + 0.1) * each
  })
  value += scale - Math.log(scale) + 30 * noise - 0.1 * Math.log(noise)
  gradient[count] = (traceWithKernel + 1 - 1 / scale) * scale
  gradient[count + 1] = (trace + 30 - 0.1 / noise) * (noise - leastNoise)
  return { value, gradient }
}

/** Covariance matrix, lower triangle only, and of each pair the kernel (without its scale) and its slope by r². */
function kernelOfPairs(differences: readonly Float64Array[], size: number, relevance: Float64Array, scale: number, noise: number): { matrix: Float64Array; similarities: Float64Array; slopes: Float64Array } {
  const pairs = (size * (size - 1)) / 2
  const squared = new Float64Array(pairs)
  differences.forEach((each, index) => {
    const weight = relevance[index]!
    for (let pair = 0; pair < pairs; pair += 1) squared[pair]! += weight * each[pair]!
  })
  const [matrix, similarities, slopes] = [new Float64Array(size * size), new Float64Array(pairs), new Float64Array(pairs)]
  let pair = 0
  for (let row = 0; row < size; row += 1) {
    matrix[row * size + row] = scale + noise
    for (let column = 0; column < row; column += 1, pair += 1) {
      const distance = root5 * Math.sqrt(squared[pair]!)
      const decay = Math.exp(-distance)
      similarities[pair] = (1 + distance + (5 / 3) * squared[pair]!) * decay
      slopes[pair] = (-5 / 6) * (1 + distance) * decay
      matrix[row * size + column] = scale * similarities[pair]!
    }
  }
  return { matrix, similarities, slopes }
}