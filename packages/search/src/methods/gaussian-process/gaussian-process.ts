import type { Configuration } from '@graft/contracts/search-space'
import { configurationKey } from '../../space/configuration-key.ts'
import type { Method, ProposalRequest } from '../method.ts'
import type { Observation } from '../observations.ts'
import { proposeSobol } from '../sobol/sobol.ts'
import { fitLosses } from './fit-losses.ts'
import { fitKernel } from './kernel-parameters.ts'
import { maximizeAcquisition } from './maximize-acquisition.ts'
import { Posterior, type PriorMean } from './posterior.ts'
import { priorMean } from './prior-mean.ts'
import { pairDifferences } from './squared-differences.ts'

/** Trials that end before the first proposal by the model. */
const startupTrials = 10
/** Work grows with the cube of the observations: the best and the latest ones stand for more. */
const mostObservations = 200
const mostFitted = 120

/**
 * Bayesian optimization with a Gaussian process: Matérn 5/2 with a relevance for each parameter, fitted anew for each proposal, and
 * the place of the highest expected improvement (Jones et al. 1998; Snoek et al. 2012). Running trials count as measured at the mean
 * that is expected of them (the Kriging believer of Ginsbourger et al. 2010), so that workers keep apart. For spaces of up to about 20 parameters.
 */
export const proposeGaussianProcess: Method = (request) => {
  const { space, observations, earlier, random } = request
  const ended = observations.filter(({ state, loss }) => state !== 'running' && loss !== null)
  const isBlind = ended.every(({ loss }) => !Number.isFinite(loss!))
  if (isBlind || (ended.length < startupTrials && earlier.length === 0)) return proposeSobol(request)
  const kept = mostTelling(ended, mostObservations)
  const points = kept.map(({ point }) => point)
  const fitted = indexesOfMostTelling(kept, mostFitted)
  const differences = pairDifferences(space, fitted.map((index) => points[index]!))
  const { values, parameters: ofValues } = fitLosses(differences, kept.map(({ loss }) => loss!), fitted)
  const prior = priorMean(space, earlier, points, values)
  const residual = (index: number, { of, factor }: PriorMean): number => values[index]! - factor * of.predict(points[index]!).mean
  const parameters = prior === null ? ofValues : fitKernel(differences, Float64Array.from(fitted, (index) => residual(index, prior)))

  const running = observations.filter(({ state }) => state === 'running').map(({ point }) => point)
  const alone = new Posterior(space, points, values, parameters, prior)
  const believed = running.map((point) => alone.predict(point).mean)
  const posterior = running.length === 0 ? alone : new Posterior(space, [...points, ...running], [...values, ...believed], parameters, prior)
  const best = Math.min(...values, ...believed)
  const order = points.map((_, index) => index).toSorted((a, b) => values[a]! - values[b]!)
  return maximizeAcquisition({ space, posterior, best, parameters, incumbents: order.slice(0, 5).map((index) => points[index]!), random, isAllowed: (configuration) => isNew(request, configuration) })
}

function isNew({ taken, space }: ProposalRequest, configuration: Configuration): boolean {
  return !taken.has(configurationKey(configuration)) && space.meetsConstraints(configuration)
}

const mostTelling = (observations: readonly Observation[], count: number): Observation[] => indexesOfMostTelling(observations, count).map((index) => observations[index]!)

/** The best half, and of the others the latest, in the order of the history. */
function indexesOfMostTelling(observations: readonly Observation[], count: number): number[] {
  if (observations.length <= count) return observations.map((_, index) => index)
  const byLoss = observations.map((_, index) => index).toSorted((a, b) => observations[a]!.loss! - observations[b]!.loss! || a - b)
  const best = byLoss.slice(0, Math.ceil(count / 2))
  const others = byLoss.slice(best.length).toSorted((a, b) => b - a)
  return [...best, ...others.slice(0, count - best.length)].toSorted((a, b) => a - b)
}

