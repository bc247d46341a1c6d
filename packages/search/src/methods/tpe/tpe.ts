import { configurationKey } from '../../space/configuration-key.ts'
import type { Method } from '../method.ts'
import { splitObservations } from './good-and-bad.ts'
import { ParzenEstimator } from './parzen-estimator.ts'

/** Trials that end before the first proposal by the model. */
const startupTrials = 10
const candidates = 24

/** Of so many trials, this many count as good. */
const goodCount = (ended: number): number => Math.min(Math.ceil(0.1 * ended), 25)

/**
 * Tree-structured Parzen estimator: one density of the good trials, one of the others; of candidates drawn from the first, the one
 * proposed has the highest ratio of both, which is the highest expected improvement (Bergstra et al. 2011). The densities are joint ones
 * (multivariate) and take conditional parameters as they are; see `ParzenEstimator`.
 */
export const proposeTpe: Method = ({ space, observations, random, taken }) => {
  const ended = observations.filter(({ state }) => state !== 'running').length
  if (ended < startupTrials) return space.sample(random)
  const { good, bad } = splitObservations(observations, goodCount(ended))
  const goodDensity = new ParzenEstimator(space, good.map(({ point }) => point), weightsOf(good.length))
  const badDensity = new ParzenEstimator(space, bad.map(({ point }) => point), weightsOf(bad.length))
  const scored = Array.from({ length: candidates }, () => {
    const point = goodDensity.sample(random)
    return { point, score: goodDensity.logDensity(point) - badDensity.logDensity(point) }
  }).toSorted((a, b) => b.score - a.score)
  for (const { point } of scored) {
    const configuration = space.decode(point)
    if (!taken.has(configurationKey(configuration)) && space.meetsConstraints(configuration)) return configuration
  }
  return null
}

/** The last 25 observations have full weight, older ones less and less; then the prior. */
function weightsOf(count: number): number[] {
  const full = 25
  const old = Math.max(0, count - full)
  return [...Array.from({ length: count }, (_, index) => (index >= old ? 1 : old === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * index) / (old - 1))), 1]
}
