import type { Network } from './description.ts'
import { layerShapes } from './shapes.ts'

/** Bytes that the largest activation of one run may take. A runtime holds two or three such at a time and keeps what it once held. */
const largestActivationBytes = 128 * 1024 ** 2

/** Bytes of the largest output of any layer for one sample, as float32. */
export function largestActivation(network: Network): number {
  return 4 * Math.max(...[...layerShapes(network).values()].map((shape) => shape.reduce((product, side) => product * side, 1)))
}

/** How many samples to run at once, at most `most`, so that no activation outgrows 128 MB; always one or more. */
export function samplesAtOnce(network: Network, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(largestActivationBytes / largestActivation(network))))
}
