import type { Configuration } from '@graft/contracts/search-space'
import type { Random } from '@graft/statistics/random'
import { minimize } from '../../numeric/minimize.ts'
import type { CompiledSpace, Point } from '../../space/compiled-space.ts'
import { logExpectedImprovement } from './expected-improvement.ts'
import type { KernelParameters } from './kernel-parameters.ts'
import type { Posterior } from './posterior.ts'

export interface AcquisitionProblem {
  space: CompiledSpace
  posterior: Posterior
  /** The value to improve on. */
  best: number
  parameters: KernelParameters
  /** Good places so far: their surroundings are looked at too. */
  incumbents: readonly Point[]
  random: Random
  isAllowed(configuration: Configuration): boolean
}

const randomCandidates = 800
const nearbyCandidates = 200
const climbed = 6
const rounds = 4
/** Steps of a number that are all tried; of more, these many at random and the neighbours. */
const mostLevelsTried = 16

/** A place with all coordinates, those of absent parameters included, so that a change of a choice finds values for its children. */
type Full = Float64Array

/**
 * The allowed configuration with the highest expected improvement that was found: many candidates, the best of them climbed by gradient
 * in the continuous parameters and by trying the values of the others in turn. Null where no candidate was allowed.
 */
export function maximizeAcquisition(problem: AcquisitionProblem): Configuration | null {
  const { space, random } = problem
  const score = (full: Full): number => acquisition(problem, space.mask(full)).value
  const candidates: { full: Full; score: number }[] = []
  const add = (full: Full): void => {
    candidates.push({ full, score: score(full) })
  }
  for (let index = 0; index < randomCandidates; index += 1) add(snapped(space, space.fromCube(Float64Array.from(space.names, () => random.next()))))
  for (let index = 0; index < nearbyCandidates; index += 1) add(nearby(problem, problem.incumbents[index % problem.incumbents.length]!))
  candidates.sort((a, b) => b.score - a.score)
  // The best candidates of all, and the best place so far, whose surroundings the improvement is highest in at the end.
  const starts = [...candidates.slice(0, climbed).map(({ full }) => full), completed(problem, problem.incumbents[0]!)]
  const climbers = starts.map((full) => climb(problem, full))
  const ranked = [...climbers, ...candidates].toSorted((a, b) => b.score - a.score)
  for (const { full } of ranked) {
    const configuration = space.decode(space.mask(full))
    if (problem.isAllowed(configuration)) return configuration
  }
  return null
}

function acquisition({ posterior, best }: AcquisitionProblem, point: Point): { value: number } {
  const { mean, deviation } = posterior.predict(point)
  return logExpectedImprovement(mean, deviation, best)
}

const snapped = (space: CompiledSpace, full: Full): Full => full.map((place, index) => snapPlace(space, index, place))

function snapPlace(space: CompiledSpace, index: number, place: number): number {
  const dimension = space.dimensions[index]!
  return dimension.kind === 'number' ? dimension.snap(place) : place
}

/** With values for what a place lacks. */
function completed({ space, random }: AcquisitionProblem, point: Point): Full {
  const drawn = snapped(space, space.fromCube(Float64Array.from(space.names, () => random.next())))
  return drawn.map((place, index) => (Number.isNaN(point[index]!) ? place : point[index]!))
}

/** A few parameters of a good place changed, numbers by about a tenth of their length. */
function nearby({ space, random, parameters }: AcquisitionProblem, incumbent: Point): Full {
  const width = 10 ** random.uniform(-2.5, -0.5)
  return Float64Array.from(space.dimensions, (dimension, index) => {
    const place = incumbent[index]!
    if (dimension.kind === 'choice') return Number.isNaN(place) || random.next() < 0.2 ? random.integer(dimension.levels) : place
    if (Number.isNaN(place)) return dimension.snap(random.next())
    const length = Math.min(1, 1 / Math.sqrt(parameters.relevance[index]!))
    return dimension.snap(Math.min(1, Math.max(0, place + width * length * random.normal())))
  })
}

function climb(problem: AcquisitionProblem, start: Full): { full: Full; score: number } {
  const { space } = problem
  let full = start
  let score = acquisition(problem, space.mask(full)).value
  for (let round = 0; round < rounds; round += 1) {
    const before = score
    ;({ full, score } = climbContinuous(problem, full, score))
    ;({ full, score } = tryLevels(problem, full, score))
    if (score - before < 1e-4) break
  }
  return { full, score }
}

function climbContinuous(problem: AcquisitionProblem, full: Full, score: number): { full: Full; score: number } {
  const { space, posterior, best, parameters } = problem
  const point = space.mask(full)
  const free = space.dimensions.flatMap((dimension, index) => (dimension.kind === 'number' && !Number.isFinite(dimension.levels) && !Number.isNaN(point[index]!) ? [index] : []))
  if (free.length === 0) return { full, score }
  // In units of each parameter's length all slopes are alike, which the descent likes.
  const lengths = free.map((index) => Math.min(1, 1 / Math.sqrt(parameters.relevance[index]!)))
  const placed = (coordinates: Float64Array): Point => {
    const moved = point.slice()
    free.forEach((index, rank) => (moved[index] = Math.min(1, Math.max(0, full[index]! + (coordinates[rank]! - 0.5) * 4 * lengths[rank]!))))
    return moved
  }
  const { point: coordinates, value } = minimize(
    (at) => {
      const moved = placed(at)
      const prediction = posterior.predictWithSlopes(moved)
      const improvement = logExpectedImprovement(prediction.mean, prediction.deviation, best)
      const gradient = Float64Array.from(free, (index, rank) => {
        const slope = improvement.meanSlope * prediction.meanSlope[index]! + improvement.deviationSlope * prediction.deviationSlope[index]!
        const isAtBound = (moved[index] === 0 && slope < 0) || (moved[index] === 1 && slope > 0)
        return isAtBound ? 0 : -slope * 4 * lengths[rank]!
      })
      return { value: -improvement.value, gradient }
    },
    new Float64Array(free.length).fill(0.5),
    { low: 0, high: 1 },
    40,
    1e-4,
  )
  if (!(-value > score)) return { full, score }
  const moved = placed(coordinates)
  return { full: full.map((place, index) => (free.includes(index) ? moved[index]! : place)), score: -value }
}

/** The best value of each choice and stepped number in turn, the others as they are. */
function tryLevels(problem: AcquisitionProblem, full: Full, score: number): { full: Full; score: number } {
  const { space } = problem
  let best = { full, score }
  space.dimensions.forEach((dimension, index) => {
    if (!Number.isFinite(dimension.levels) || dimension.levels === 1 || Number.isNaN(space.mask(best.full)[index]!)) return
    const current = best.full
    for (const place of levelsToTry(problem, index, current[index]!)) {
      const changed = current.map((other, at) => (at === index ? place : other))
      const changedScore = acquisition(problem, space.mask(changed)).value
      if (changedScore > best.score) best = { full: changed, score: changedScore }
    }
  })
  return best
}

function levelsToTry({ space, random }: AcquisitionProblem, index: number, place: number): number[] {
  const dimension = space.dimensions[index]!
  if (dimension.kind === 'choice') return Array.from({ length: Math.min(dimension.levels, 50) }, (_, level) => (dimension.levels <= 50 ? level : random.integer(dimension.levels)))
  if (dimension.levels <= mostLevelsTried) return Array.from({ length: dimension.levels }, (_, level) => dimension.toUnit(dimension.levelValue(level))!)
  const [low, high] = dimension.cell(place)
  const neighbours = [low - 1e-9, high + 1e-9, low - 3 * (high - low), high + 3 * (high - low)].map((unit) => dimension.snap(unit))
  return [...neighbours, ...Array.from({ length: mostLevelsTried - 4 }, () => dimension.snap(place + 0.1 * random.normal()))]
}
