import type { CompiledSpace } from '../../space/compiled-space.ts'
import { configurationKey } from '../../space/configuration-key.ts'
import { earlierWeight, type EarlierObservation } from '../../warm-start.ts'
import type { Method } from '../method.ts'
import type { Observation } from '../observations.ts'
import { proposeSobol } from '../sobol/sobol.ts'
import { splitObservations } from './good-and-bad.ts'
import { ParzenEstimator } from './parzen-estimator.ts'

/** Trials that end before the first proposal by the model; they are spread evenly. With results of earlier sweeps the model proposes from the first trial on. */
const startupTrials = 10
const candidates = 24
/** Of earlier sweeps' trials, this share counts as good. */
const earlierGoodShare = 0.1
/** Observations with full weight. */
const full = 25

/** Of so many trials, this many count as good. */
const goodCount = (ended: number): number => Math.min(Math.ceil(0.1 * ended), 25)

/**
 * Tree-structured Parzen estimator: one density of the good trials, one of the others; of candidates drawn from the first, the one
 * proposed has the highest ratio of both, which is the highest expected improvement (Bergstra et al. 2011). The densities are joint ones
 * (multivariate) and take conditional parameters as they are; see `ParzenEstimator`.
 */
export const proposeTpe: Method = (request) => {
  const { space, observations, earlier, random, taken } = request
  const ended = observations.filter(({ state }) => state !== 'running').length
  if (ended < startupTrials && earlier.length === 0) return proposeSobol(request)
  const { good, bad } = splitObservations(observations, goodCount(ended))
  const goodDensity = densityOf(space, good, earlier.filter(({ rank }) => rank < earlierGoodShare), ended)
  const badDensity = densityOf(space, bad, earlier.filter(({ rank }) => rank >= earlierGoodShare), ended)
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

/** Own observations with weights by their age; earlier ones, not more of them in sum than 25, with a smaller one. */
function densityOf(space: CompiledSpace, own: readonly Observation[], earlier: readonly EarlierObservation[], ended: number): ParzenEstimator {
  const weight = earlierWeight(ended) * Math.min(1, full / Math.max(1, earlier.length))
  const [prior, ...ownWeights] = weightsOf(own.length).toReversed()
  return new ParzenEstimator(space, [...earlier, ...own].map(({ point }) => point), [...earlier.map(() => weight), ...ownWeights.toReversed(), prior!])
}

/** The last 25 observations have full weight, older ones less and less; then the prior. */
export function weightsOf(count: number): number[] {
  const old = Math.max(0, count - full)
  return [...Array.from({ length: count }, (_, index) => (index >= old ? 1 : old === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * index) / (old - 1))), 1]
}
