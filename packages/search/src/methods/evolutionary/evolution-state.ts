import type { Random } from '@graft/statistics/random'
import { symmetricEigen, type Eigen } from '../../numeric/symmetric-eigen.ts'
import type { CompiledSpace, Point } from '../../space/compiled-space.ts'

/** Above this the covariance matrix keeps to its diagonal (Ros and Hansen, "A Simple Modification in CMA-ES Achieving Linear Time and Space Complexity", 2008). */
const mostCorrelated = 40

/**
 * Covariance matrix adaptation (Hansen, "The CMA Evolution Strategy: A Tutorial", 2016) over the numbers of a space, with a
 * probability for each value of its choices that moves towards the values of the better half (as in CatCMA, Hamano et al. 2024).
 */
export class EvolutionState {
  /** Indexes of the parameters that are numbers with more than one value. */
  readonly numbers: readonly number[]
  readonly populationSize: number
  mean: Float64Array
  step: number
  /** By parameter: probabilities of a choice's values; null for numbers. */
  readonly choices: (Float64Array | null)[]
  /** Of all ranks: those of the better half are positive and sum to 1, those of the others negative. */
  readonly #weights: Float64Array
  readonly #parents: number
  readonly #rates: Rates
  #covariance: Float64Array
  #eigen: Eigen
  #path: Float64Array
  #stepPath: Float64Array
  #generations = 0

  constructor(space: CompiledSpace, start: Point, step: number) {
    this.numbers = space.dimensions.flatMap((dimension, index) => (dimension.kind === 'number' && dimension.levels > 1 ? [index] : []))
    const size = this.numbers.length
    const searched = space.dimensions.filter((dimension) => dimension.levels > 1).length
    this.populationSize = 4 + Math.floor(3 * Math.log(Math.max(1, searched)))
    const raw = Float64Array.from({ length: this.populationSize }, (_, rank) => Math.log((this.populationSize + 1) / 2) - Math.log(rank + 1))
    this.#parents = Math.floor(this.populationSize / 2)
    this.#rates = ratesOf(size, effectiveOf(raw.slice(0, this.#parents)))
    this.#weights = weightsOf(raw, this.#parents, Math.max(1, size), this.#rates)
    this.mean = Float64Array.from(this.numbers, (index) => (Number.isNaN(start[index]!) ? 0.5 : start[index]!))
    this.step = step
    this.choices = space.dimensions.map((dimension, index) => (dimension.kind === 'choice' ? startingChoice(dimension.probabilities, start[index]!) : null))
    this.#covariance = identity(size)
    this.#eigen = { values: new Float64Array(size).fill(1), vectors: identity(size) }
    this.#path = new Float64Array(size)
    this.#stepPath = new Float64Array(size)
  }

  /** A draw of the numbers, in the order of `numbers`; not held within the bounds. */
  draw(random: Random): Float64Array {
    const size = this.numbers.length
    const scaled = Float64Array.from(this.#eigen.values, (value) => Math.sqrt(Math.max(0, value)) * random.normal())
    return Float64Array.from({ length: size }, (_, row) => {
      let sum = 0
      for (let column = 0; column < size; column += 1) sum += this.#eigen.vectors[row * size + column]! * scaled[column]!
      return this.mean[row]! + this.step * sum
    })
  }

  deviation(rank: number): number {
    return this.step * Math.sqrt(this.#covariance[rank * this.numbers.length + rank]!)
  }

  /**
   * One generation, best first. What an individual lacks takes no part in its choice's update; of a number, it is drawn.
   */
  update(ranked: readonly Point[], random: Random): void {
    this.#generations += 1
    this.#updateChoices(ranked.slice(0, this.#parents))
    if (this.numbers.length > 0) this.#updateNumbers(ranked, random)
  }

  #updateChoices(parents: readonly Point[]): void {
    this.choices.forEach((probabilities, index) => {
      if (probabilities === null || probabilities.length === 1) return
      const rate = 0.3
      const before = probabilities.slice()
      parents.forEach((parent, rank) => {
        const value = parent[index]!
        if (Number.isNaN(value)) return
        before.forEach((probability, level) => (probabilities[level]! += rate * this.#weights[rank]! * ((level === value ? 1 : 0) - probability)))
      })
      keepAlive(probabilities, 1 / (this.populationSize * probabilities.length))
    })
  }

  #updateNumbers(ranked: readonly Point[], random: Random): void {
    const size = this.numbers.length
    const { effective, pathRate, stepRate, oneRate, manyRate, damping } = this.#rates
    const steps = ranked.map((individual) => {
      const drawn = this.draw(random)
      return Float64Array.from(this.numbers, (index, rank) => ((Number.isNaN(individual[index]!) ? drawn[rank]! : individual[index]!) - this.mean[rank]!) / this.step)
    })
    const shift = new Float64Array(size)
    steps.slice(0, this.#parents).forEach((step, rank) => step.forEach((value, index) => (shift[index]! += this.#weights[rank]! * value)))
    this.mean = this.mean.map((value, index) => Math.min(1, Math.max(0, value + this.step * shift[index]!)))

    const whitened = this.#whiten(shift)
    const stepGain = Math.sqrt(stepRate * (2 - stepRate) * effective)
    this.#stepPath = this.#stepPath.map((value, index) => (1 - stepRate) * value + stepGain * whitened[index]!)
    const length = Math.sqrt(this.#stepPath.reduce((sum, value) => sum + value * value, 0))
    const expected = Math.sqrt(size) * (1 - 1 / (4 * size) + 1 / (21 * size * size))
    const isSteady = length / Math.sqrt(1 - (1 - stepRate) ** (2 * this.#generations)) < (1.4 + 2 / (size + 1)) * expected
    const pathGain = isSteady ? Math.sqrt(pathRate * (2 - pathRate) * effective) : 0
    this.#path = this.#path.map((value, index) => (1 - pathRate) * value + pathGain * shift[index]!)
    // A negative weight takes from the covariance no more than a step of the expected length would.
    const weights = this.#weights.map((weight, rank) => (weight >= 0 ? weight : (weight * size) / Math.max(1e-20, squaredLength(this.#whiten(steps[rank]!)))))
    const totalWeight = this.#weights.reduce((sum, weight) => sum + weight, 0)
    const kept = 1 - oneRate - manyRate * totalWeight + (isSteady ? 0 : oneRate * pathRate * (2 - pathRate))
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; column += 1) {
        if (row !== column && size > mostCorrelated) continue
        let many = 0
        steps.forEach((step, rank) => (many += weights[rank]! * step[row]! * step[column]!))
        this.#covariance[row * size + column] = kept * this.#covariance[row * size + column]! + oneRate * this.#path[row]! * this.#path[column]! + manyRate * many
      }
    }
    this.step = Math.min(1, this.step * Math.exp(Math.min(1, (stepRate / damping) * (length / expected - 1))))
    this.#eigen = size > mostCorrelated ? { values: this.mean.map((_, index) => this.#covariance[index * size + index]!), vectors: this.#eigen.vectors } : symmetricEigen(this.#covariance, size)
  }

  /** C^(-1/2) times a vector. */
  #whiten(vector: Float64Array): Float64Array {
    const size = vector.length
    const { values, vectors } = this.#eigen
    const whitened = new Float64Array(size)
    for (let column = 0; column < size; column += 1) {
      let along = 0
      for (let row = 0; row < size; row += 1) along += vectors[row * size + column]! * vector[row]!
      along /= Math.sqrt(Math.max(1e-20, values[column]!))
      for (let row = 0; row < size; row += 1) whitened[row]! += vectors[row * size + column]! * along
    }
    return whitened
  }
}

interface Rates { effective: number; pathRate: number; stepRate: number; oneRate: number; manyRate: number; damping: number }

/** Table 1 of Hansen's tutorial, with the diagonal's faster rates where the covariance keeps to it. */
function ratesOf(size: number, effective: number): Rates {
  const n = Math.max(1, size)
  const faster = n > mostCorrelated ? (n + 2) / 3 : 1
  const oneRate = Math.min(0.5, (faster * 2) / ((n + 1.3) ** 2 + effective))
  return {
    effective,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    stepRate: (effective + 2) / (n + effective + 5),
    oneRate,
    manyRate: Math.min(1 - oneRate, (faster * 2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective)),
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + (effective + 2) / (n + effective + 5),
  }
}

const squaredLength = (vector: Float64Array): number => vector.reduce((sum, value) => sum + value * value, 0)

/** How many individuals of equal weight carry as much. */
const effectiveOf = (weights: Float64Array): number => weights.reduce((sum, weight) => sum + Math.abs(weight), 0) ** 2 / squaredLength(weights)

/** Equations 49 to 53 of Hansen's tutorial: negative weights as large as the covariance stays positive with. */
function weightsOf(raw: Float64Array, parents: number, size: number, { effective, oneRate, manyRate }: Rates): Float64Array {
  const positive = raw.slice(0, parents).reduce((sum, weight) => sum + weight, 0)
  const negative = raw.slice(parents).reduce((sum, weight) => sum - Math.min(0, weight), 0)
  const effectiveNegative = effectiveOf(raw.slice(parents).map((weight) => Math.min(0, weight)))
  const least = Math.min(1 + oneRate / manyRate, 1 + (2 * effectiveNegative) / (effective + 2), (1 - oneRate - manyRate) / (size * manyRate))
  return raw.map((weight) => (weight >= 0 ? weight / positive : (least * weight) / negative))
}

function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size)
  for (let index = 0; index < size; index += 1) matrix[index * size + index] = 1
  return matrix
}

/** Half the prior, half the value to start from. */
function startingChoice(prior: readonly number[], value: number): Float64Array {
  return Float64Array.from(prior, (probability, level) => (Number.isNaN(value) ? probability : 0.5 * probability + (level === value ? 0.5 : 0)))
}

/** No value's probability below `least`, so that none is lost for good. */
function keepAlive(probabilities: Float64Array, least: number): void {
  probabilities.forEach((probability, level) => (probabilities[level] = Math.max(least, probability)))
  const total = probabilities.reduce((sum, probability) => sum + probability, 0)
  probabilities.forEach((probability, level) => (probabilities[level] = probability / total))
}
