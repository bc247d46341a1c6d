import type { Configuration } from '@graft/contracts/search-space'
import type { Objective } from '@graft/contracts/sweep-search'
import type { Random } from '@graft/statistics/random'
import type { CompiledSpace, Point } from './space/compiled-space.ts'
import { configurationKey } from './space/configuration-key.ts'
import { compareObservations, observationOf } from './methods/observations.ts'
import type { EarlierResults } from './trial-record.ts'

/** A result of an earlier sweep as methods that model see it. */
export interface EarlierObservation {
  /** NaN also where this space has a parameter or a value that the earlier one had not. */
  point: Point
  configuration: Configuration
  /** Share of its group's trials that did better: 0 for the best. Values of different datasets cannot be compared, their ranks can. */
  rank: number
}

/** Configurations of earlier sweeps that are tried first. */
const mostSeeds = 5
/** Own trials after which earlier results have half their weight. */
const halfLife = 10

/** Earlier results ranked within their groups; those of which no parameter fits are left out. */
export function earlierObservations(earlier: readonly EarlierResults[], space: CompiledSpace, objective: Objective): EarlierObservation[] {
  const groups = new Map<string, EarlierResults['trials'][number][]>()
  for (const { group, trials } of earlier) groups.set(group, [...(groups.get(group) ?? []), ...trials])
  return [...groups.values()].flatMap((trials) => {
    const ended = trials
      .filter(({ state }) => state !== 'running' && state !== 'failed')
      .map((trial) => ({ configuration: trial.configuration, ...observationOf(trial, space.encodeWhatFits(trial.configuration), objective) }))
      .filter(({ point, loss }) => loss !== null && !point.every(Number.isNaN))
      .toSorted(compareObservations)
    return ended.map(({ point, configuration }, better) => ({ point, configuration, rank: better / ended.length }))
  })
}

/**
 * How much an earlier result counts beside an own one of weight 1: a half at first, ever less as own results come, so that what
 * another dataset liked cannot mislead for long.
 */
export const earlierWeight = (ownResults: number): number => (0.5 * halfLife) / (halfLife + ownResults)

/** The best earlier configuration that has not been proposed, among the five best of all groups; null after those. What it lacks is drawn. */
export function nextSeed(earlier: readonly EarlierObservation[], space: CompiledSpace, index: number, taken: ReadonlySet<string>, random: Random): Configuration | null {
  if (index >= mostSeeds) return null
  for (const { point, configuration: tried } of earlier.toSorted((a, b) => a.rank - b.rank).slice(0, 10 * mostSeeds)) {
    const drawn = space.fromCube(Float64Array.from(space.names, () => random.next()))
    const decoded = space.decode(drawn.map((place, at) => (Number.isNaN(point[at]!) ? place : point[at]!)))
    // Its own values, not what rounding makes of them on the way to their places and back.
    const configuration = Object.fromEntries(Object.entries(decoded).map(([name, value]) => [name, Number.isNaN(point[space.names.indexOf(name)]!) ? value : tried[name]!]))
    if (!taken.has(configurationKey(configuration)) && space.meetsConstraints(configuration)) return configuration
  }
  return null
}
