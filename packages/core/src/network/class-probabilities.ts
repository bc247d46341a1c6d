import type { Network } from './description.ts'
import { layerShapes } from './shapes.ts'

/** Whether a network of two classes ends in one output, the probability of the second class (see `addOutput`). */
export function hasOneOutput(network: Network): boolean {
  const shape = layerShapes(network).get(network.output)!
  return shape.length === 1 && shape[0] === 1
}

/** Probabilities of each class, row by row, from what a network puts out: as they are, or for one output its complement and itself. */
export function classProbabilities(network: Network, output: Float32Array): Float32Array {
  if (!hasOneOutput(network)) return output
  return Float32Array.from({ length: 2 * output.length }, (_, index) => (index % 2 === 1 ? output[index >> 1]! : 1 - output[index >> 1]!))
}
