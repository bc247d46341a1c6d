import type { Observation } from '../observations.ts'

export interface GoodAndBad { good: Observation[]; bad: Observation[] }

/**
 * Divides observations into the best `goodCount` and the others, each in the order of the history. Finished trials rank by their value, then come pruned
 * ones: those that got further first, then by value (Optuna's order). Running ones count as bad, so that workers keep away from
 * each other (the constant liar of Ginsbourger et al. 2010, with the worst value), and diverged ones too.
 */
export function splitObservations(observations: readonly Observation[], goodCount: number): GoodAndBad {
  const ranked = observations
    .map((observation, order) => ({ observation, order }))
    .filter(({ observation: { state, loss } }) => (state === 'finished' || state === 'pruned') && loss !== null && Number.isFinite(loss))
    .toSorted((a, b) => rankOf(a.observation) - rankOf(b.observation) || (a.observation.state === 'pruned' ? b.observation.epochs - a.observation.epochs : 0) || a.observation.loss! - b.observation.loss! || a.order - b.order)
  const best = new Set(ranked.slice(0, goodCount).map(({ observation }) => observation))
  return { good: observations.filter((observation) => best.has(observation)), bad: observations.filter((observation) => !best.has(observation)) }
}

const rankOf = ({ state }: Observation): number => (state === 'finished' ? 0 : 1)
