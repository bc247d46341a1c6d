import { cholesky, solveLower, solveUpper } from '../../numeric/cholesky.ts'
import type { CompiledSpace, Point } from '../../space/compiled-space.ts'
import { covariance, type KernelParameters } from './kernel-parameters.ts'
import { pairDifferences, squaredDifference } from './squared-differences.ts'

const root5 = Math.sqrt(5)

export interface Prediction {
  mean: number
  /** Standard deviation of the function, without the noise. */
  deviation: number
}

/** Another process's mean, times a factor. */
export interface PriorMean { of: Posterior; factor: number }

/** A Gaussian process after its observations (Rasmussen and Williams, algorithm 2.1). */
export class Posterior {
  readonly #space: CompiledSpace
  readonly #points: readonly Point[]
  /** Of each parameter, the places of all points. */
  readonly #columns: readonly Float64Array[]
  readonly #parameters: KernelParameters
  readonly #lower: Float64Array
  readonly #weights: Float64Array
  readonly #prior: PriorMean | null

  /**
   * @param values standardized, one a point.
   * @param prior what is expected where there are no observations; null for 0 everywhere.
   */
  constructor(space: CompiledSpace, points: readonly Point[], values: ArrayLike<number>, parameters: KernelParameters, prior: PriorMean | null = null) {
    this.#prior = prior
    this.#space = space
    this.#points = points
    this.#columns = space.dimensions.map((_, index) => Float64Array.from(points, (point) => point[index]!))
    const size = points.length
    const differences = pairDifferences(space, points)
    let lower: Float64Array | null = null
    // Rounding may leave a matrix of nearly equal points indefinite: a little more noise mends it.
    for (let noise = parameters.noise; lower === null; noise *= 10) lower = cholesky(covariance(differences, size, { ...parameters, noise }), size)
    this.#lower = lower
    this.#parameters = parameters
    const residuals = Float64Array.from(points, (point, row) => values[row]! - (prior === null ? 0 : prior.factor * prior.of.predict(point).mean))
    this.#weights = solveUpper(lower, size, solveLower(lower, size, residuals))
  }

  predict(point: Point): Prediction {
    const squared = this.#squaredDistances(point)
    const { scale } = this.#parameters
    const similarities = squared
    for (let row = 0; row < squared.length; row += 1) {
      const distance = root5 * Math.sqrt(squared[row]!)
      similarities[row] = scale * (1 + distance + (5 / 3) * squared[row]!) * Math.exp(-distance)
    }
    return this.#prediction(point, similarities, solveLower(this.#lower, this.#points.length, similarities))
  }

  /** With the slopes of mean and deviation by each number's place; 0 for choices and absent parameters. */
  predictWithSlopes(point: Point): Prediction & { meanSlope: Float64Array; deviationSlope: Float64Array } {
    const { relevance, scale } = this.#parameters
    const size = this.#points.length
    const squared = this.#squaredDistances(point)
    const similarities = new Float64Array(size)
    const slopes = new Float64Array(size)
    for (let row = 0; row < size; row += 1) {
      const distance = root5 * Math.sqrt(squared[row]!)
      const decay = scale * Math.exp(-distance)
      similarities[row] = (1 + distance + (5 / 3) * squared[row]!) * decay
      slopes[row] = (-5 / 6) * (1 + distance) * decay
    }
    const whitened = solveLower(this.#lower, size, similarities)
    const explained = solveUpper(this.#lower, size, whitened)
    const prediction = this.#prediction(point, similarities, whitened)
    const { factor = 0, of } = this.#prior ?? {}
    const meanSlope = of === undefined ? new Float64Array(point.length) : of.predictWithSlopes(point).meanSlope.map((slope) => factor * slope)
    const deviationSlope = new Float64Array(point.length)
    this.#space.dimensions.forEach((dimension, index) => {
      if (dimension.kind === 'choice' || Number.isNaN(point[index]!)) return
      const [column, place] = [this.#columns[index]!, point[index]!]
      for (let row = 0; row < size; row += 1) {
        const other = column[row]!
        if (Number.isNaN(other)) continue
        const change = slopes[row]! * relevance[index]! * 2 * (place - other)
        meanSlope[index]! += change * this.#weights[row]!
        deviationSlope[index]! -= (change * explained[row]!) / prediction.deviation
      }
    })
    return { ...prediction, meanSlope, deviationSlope }
  }

  #prediction(point: Point, similarities: Float64Array, whitened: Float64Array): Prediction {
    let mean = this.#prior === null ? 0 : this.#prior.factor * this.#prior.of.predict(point).mean
    let variance = this.#parameters.scale
    for (let row = 0; row < similarities.length; row += 1) {
      mean += similarities[row]! * this.#weights[row]!
      variance -= whitened[row]! ** 2
    }
    return { mean, deviation: Math.sqrt(Math.max(variance, 1e-12)) }
  }

  /** To each observation; differences as `squaredDifference` has them. */
  #squaredDistances(point: Point): Float64Array {
    const squared = new Float64Array(this.#points.length)
    this.#columns.forEach((column, index) => {
      const place = point[index]!
      const weight = this.#parameters.relevance[index]!
      const isHamming = this.#space.dimensions[index]!.kind === 'choice'
      for (let row = 0; row < squared.length; row += 1) squared[row]! += weight * squaredDifference(isHamming, place, column[row]!)
    })
    return squared
  }
}
