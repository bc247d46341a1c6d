import { fitKernel, type KernelParameters } from './kernel-parameters.ts'
import { straightShares, warp } from './standardize.ts'

/** Losses as the process sees them, and its kernel. */
export interface FittedLosses {
  values: Float64Array
  parameters: KernelParameters
}

/**
 * How far the tail of bad losses is drawn in is fitted like the kernel (Snelson, Rasmussen and Ghahramani, "Warped Gaussian Processes", 2004, with
 * three warpings to choose from): the one under which the losses are the most probable, their density being that of the values
 * times the slopes of the warping. A function with a few narrow valleys in a plain stays as it is, one with steep walls about a flat bottom is drawn in.
 *
 * @param differences of all pairs of those in `fitted`, by parameter (`pairDifferences`).
 * @param fitted indexes of the losses that the fit looks at.
 */
export function fitLosses(differences: readonly Float64Array[], losses: readonly number[], fitted: readonly number[]): FittedLosses {
  let best: FittedLosses & { misfit: number } | null = null
  for (const share of straightShares) {
    const { values, logSlopes } = warp(losses, share)
    const { negativeLogPosterior, ...parameters } = fitKernel(differences, Float64Array.from(fitted, (index) => values[index]!))
    const misfit = negativeLogPosterior - fitted.reduce((sum, index) => sum + logSlopes[index]!, 0)
    if (best === null || misfit < best.misfit) best = { values, parameters, misfit }
  }
  return best!
}
