import { compareObservations, type Observation } from '../observations.ts'

export interface GoodAndBad { good: Observation[]; bad: Observation[] }

/**
 * Divides observations into the best `goodCount` and the others, each in the order of the history. Running ones count as bad, so
 * that workers keep away from each other (the constant liar of Ginsbourger et al. 2010, with the worst value), and diverged ones too.
 */
export function splitObservations(observations: readonly Observation[], goodCount: number): GoodAndBad {
  const ranked = observations.filter(({ state, loss }) => state !== 'running' && loss !== null && Number.isFinite(loss)).toSorted(compareObservations)
  const best = new Set(ranked.slice(0, goodCount))
  return { good: observations.filter((observation) => best.has(observation)), bad: observations.filter((observation) => !best.has(observation)) }
}
