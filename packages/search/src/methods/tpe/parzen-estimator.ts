import { normalProbability } from '@graft/statistics/normal-distribution'
import type { Random } from '@graft/statistics/random'
import { indexAt, type CompiledSpace, type Point } from '../../space/compiled-space.ts'
import type { ChoiceDimension, NumberDimension } from '../../space/dimension.ts'

/** Kernels are no narrower than the range divided by this. */
const narrowest = 100

/**
 * A density over the whole space, conditional parameters included: a mixture of one product of kernels for each observation, and
 * of the prior. A kernel of a number is a normal distribution cut off at the bounds, for a stepped one its mass in the step's cell; of a choice, the
 * prior with most of the weight on the value seen. Where the observation lacks a parameter that another one has, its kernel is the
 * prior; so components whose parents agree with a point speak about its children, without the space being divided into groups.
 *
 * Bergstra et al., "Algorithms for Hyper-Parameter Optimization" (2011); a joint instead of a per-parameter mixture after
 * Falkner et al., "BOHB" (2018) and Watanabe, "Tree-Structured Parzen Estimator" (2023); widths as Optuna 5: the distance to
 * the farther neighbour, at least 1/min(100, n + 2) of the range.
 */
export class ParzenEstimator {
  readonly #space: CompiledSpace
  readonly #points: readonly Point[]
  readonly #logWeights: Float64Array
  readonly #weights: Float64Array
  /** By parameter, then by observation: widths of numbers. */
  readonly #widths: readonly (Float64Array | null)[]
  /** Log of the mass within the bounds, likewise. */
  readonly #logMasses: readonly (Float64Array | null)[]

  /** @param weights one an observation, and the prior's at the end. */
  constructor(space: CompiledSpace, points: readonly Point[], weights: ArrayLike<number>) {
    this.#space = space
    this.#points = points
    const total = Array.from(weights).reduce((sum, weight) => sum + weight, 0)
    this.#weights = Float64Array.from(weights, (weight) => weight / total)
    this.#logWeights = this.#weights.map(Math.log)
    this.#widths = space.dimensions.map((dimension, index) => (dimension.kind === 'number' ? widthsOf(points.map((point) => point[index]!)) : null))
    this.#logMasses = this.#widths.map((widths, index) => widths && widths.map((width, component) => logMassWithin(points[component]![index]!, width, 0, 1)))
  }

  /** Natural logarithm of the density at a place: per unit of the unit interval for numbers. */
  logDensity(point: Point): number {
    const { dimensions } = this.#space
    const sums = Float64Array.from(this.#logWeights)
    for (let index = 0; index < dimensions.length; index += 1) {
      const place = point[index]!
      if (Number.isNaN(place)) continue
      const dimension = dimensions[index]!
      if (dimension.kind === 'choice') this.#addChoice(sums, index, dimension, place)
      else this.#addNumber(sums, index, dimension, place)
    }
    return logSumOfExponentials(sums)
  }

  #addChoice(sums: Float64Array, index: number, dimension: ChoiceDimension, place: number): void {
    const prior = dimension.probabilities[place]!
    const [seen, other] = [Math.log(this.#smoothed(dimension, prior, true)), Math.log(this.#smoothed(dimension, prior, false))]
    this.#points.forEach((point, component) => {
      const observed = point[index]!
      sums[component]! += Number.isNaN(observed) ? Math.log(prior) : observed === place ? seen : other
    })
    sums[this.#points.length]! += Math.log(prior)
  }

  /** Probability of a value in a component whose observation has it, or another one. */
  #smoothed(dimension: ChoiceDimension, prior: number, isSeen: boolean): number {
    const spread = dimension.levels / (this.#points.length + 1)
    return ((isSeen ? 1 : 0) + spread * prior) / (1 + spread)
  }

  #addNumber(sums: Float64Array, index: number, dimension: NumberDimension, place: number): void {
    const [low, high] = dimension.cell(place)
    const isStepped = high > low
    const [widths, logMasses] = [this.#widths[index]!, this.#logMasses[index]!]
    const logCell = isStepped ? Math.log(high - low) : 0
    this.#points.forEach((point, component) => {
      const center = point[index]!
      if (Number.isNaN(center)) sums[component]! += logCell
      else if (isStepped) sums[component]! += logMassWithin(center, widths[component]!, low, high) - logMasses[component]!
      else {
        const distance = (place - center) / widths[component]!
        sums[component]! += -0.5 * distance * distance - halfLogTwoPi - Math.log(widths[component]!) - logMasses[component]!
      }
    })
    sums[this.#points.length]! += isStepped ? logPriorCell(low, high) : logPriorDensity(place)
  }

  /** A place drawn from the density, on steps and with the parameters that its choices allow. */
  sample(random: Random): Point {
    const component = indexAt(this.#weights, random.next())
    const from = this.#points[component]
    const point = new Float64Array(this.#space.names.length).fill(Number.NaN)
    for (let index = 0; index < point.length; index += 1) {
      if (!this.#space.isActiveAt(index, point)) continue
      const dimension = this.#space.dimensions[index]!
      const center = from?.[index] ?? Number.NaN
      if (dimension.kind === 'choice') point[index] = this.#sampleChoice(dimension, center, random)
      else point[index] = dimension.snap(Number.isNaN(center) ? (from === undefined ? sampleWithin(0.5, 1, random) : random.next()) : sampleWithin(center, this.#widths[index]![component]!, random))
    }
    return point
  }

  #sampleChoice(dimension: ChoiceDimension, observed: number, random: Random): number {
    if (!Number.isNaN(observed)) {
      const spread = dimension.levels / (this.#points.length + 1)
      if (random.next() < 1 / (1 + spread)) return observed
    }
    return indexAt(dimension.probabilities, random.next())
  }
}

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/** The prior of a number: normal about the middle, as wide as the range. */
const logPriorMass = Math.log(normalProbability(0.5) - normalProbability(-0.5))
const logPriorDensity = (place: number): number => -0.5 * (place - 0.5) ** 2 - halfLogTwoPi - logPriorMass
const logPriorCell = (low: number, high: number): number => Math.log(Math.max(1e-300, normalProbability(high - 0.5) - normalProbability(low - 0.5))) - logPriorMass

function logMassWithin(center: number, width: number, low: number, high: number): number {
  if (Number.isNaN(center)) return 0
  const [a, b] = [(low - center) / width, (high - center) / width]
  // By the nearer tail, so that nothing cancels.
  const mass = a > 0 ? normalProbability(-a) - normalProbability(-b) : normalProbability(b) - normalProbability(a)
  return Math.log(Math.max(1e-300, mass))
}

/** Cut off by drawing again; at worst a third of the draws is inside. */
function sampleWithin(center: number, width: number, random: Random): number {
  for (let draw = 0; draw < 100; draw += 1) {
    const place = center + width * random.normal()
    if (place >= 0 && place <= 1) return place
  }
  return Math.min(1, Math.max(0, center))
}

/** Of each observation that has the parameter, the distance to its farther neighbour; the outermost have one neighbour. */
function widthsOf(places: readonly number[]): Float64Array {
  const order = places.map((_, index) => index).filter((index) => !Number.isNaN(places[index]!)).toSorted((a, b) => places[a]! - places[b]!)
  const widths = new Float64Array(places.length)
  const least = 1 / Math.min(narrowest, order.length + 2)
  order.forEach((index, rank) => {
    const [before, after] = [order[rank - 1], order[rank + 1]]
    const place = places[index]!
    const below = before === undefined ? (order.length === 1 ? place : 0) : place - places[before]!
    const above = after === undefined ? (order.length === 1 ? 1 - place : 0) : places[after]! - place
    widths[index] = Math.min(1, Math.max(least, below, above))
  })
  return widths
}

function logSumOfExponentials(logs: Float64Array): number {
  let highest = Number.NEGATIVE_INFINITY
  for (const value of logs) highest = Math.max(highest, value)
  if (highest === Number.NEGATIVE_INFINITY) return highest
  let sum = 0
  for (const value of logs) sum += Math.exp(value - highest)
  return highest + Math.log(sum)
}
