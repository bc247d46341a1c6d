import { normalProbability } from '@graft/statistics/normal-distribution'
import { createRandom, type Random } from '@graft/statistics/random'
import { indexAt, type CompiledSpace, type Point } from '../../space/compiled-space.ts'
import type { EarlierObservation } from '../../warm-start.ts'
import type { Method } from '../method.ts'
import { compareObservations, type Observation } from '../observations.ts'
import { EvolutionState } from './evolution-state.ts'

/** Standard deviation of the first generation as a share of the range: it begins in the middle of the space. */
const firstStep = 1 / 6
const drawsWithinBounds = 50

/**
 * An evolution strategy for large spaces: CMA-ES over numbers, probabilities over choices, every generation derived anew from
 * the trials that have ended, in the order of their proposals. Stepped numbers keep a least probability of leaving their step (the margin of Hamano et
 * al., "CMA-ES with Margin", 2022). Workers need not wait for a generation's end: they draw from the latest one. It begins in the
 * middle of the space, or where the best trials of earlier sweeps were.
 */
export const proposeEvolutionary: Method = ({ space, observations, earlier, random, seed }) => {
  const ended = observations.filter(({ state, loss }) => state !== 'running' && loss !== null)
  return space.decode(drawPoint(space, evolve(space, ended, earlier, seed), random))
}

function evolve(space: CompiledSpace, ended: readonly Observation[], earlier: readonly EarlierObservation[], seed: number): EvolutionState {
  const random = createRandom(seed).fork('evolution')
  const best = earlier.toSorted((a, b) => a.rank - b.rank)[0]
  const state = new EvolutionState(space, best?.point ?? new Float64Array(space.names.length).fill(Number.NaN), firstStep)
  for (let from = 0; from + state.populationSize <= ended.length; from += state.populationSize) {
    const generation = ended.slice(from, from + state.populationSize).toSorted(compareObservations)
    state.update(generation.map(({ point }) => point), random)
  }
  return state
}

function drawPoint(space: CompiledSpace, state: EvolutionState, random: Random): Point {
  const full = new Float64Array(space.names.length)
  state.choices.forEach((probabilities, index) => {
    if (probabilities !== null) full[index] = indexAt(probabilities, random.next())
  })
  let drawn = state.draw(random)
  for (let draw = 0; draw < drawsWithinBounds && drawn.some((place) => place < 0 || place > 1); draw += 1) drawn = state.draw(random)
  state.numbers.forEach((index, rank) => (full[index] = withMargin(space, index, Math.min(1, Math.max(0, drawn[rank]!)), state, rank, random)))
  return full
}

function withMargin(space: CompiledSpace, index: number, place: number, state: EvolutionState, rank: number, random: Random): number {
  const dimension = space.dimensions[index]!
  if (dimension.kind !== 'number' || !Number.isFinite(dimension.levels)) return place
  const least = 1 / (state.numbers.length * state.populationSize)
  const [low, high] = dimension.cell(state.mean[rank]!)
  const deviation = state.deviation(rank)
  const leaves = 1 - normalProbability((high - state.mean[rank]!) / deviation) + normalProbability((low - state.mean[rank]!) / deviation)
  if (leaves >= least || random.next() >= least) return dimension.snap(place)
  return dimension.snap(random.next() < 0.5 && low > 0 ? low - 1e-9 : high < 1 ? high + 1e-9 : low - 1e-9)
}
