import type { Network } from './description.ts'
import { elementCount } from './output-shape.ts'
import { weightSpecifications } from './weight-specifications.ts'

/** Parameters as Keras's `summary` counts them: moving statistics of batch norms are the non-trainable ones. */
export function countParameters(network: Network): { total: number; trainable: number; nonTrainable: number } {
  let trainable = 0
  let nonTrainable = 0
  for (const weights of weightSpecifications(network).values()) {
    for (const weight of weights) {
      if (weight.trainable) trainable += elementCount(weight.shape)
      else nonTrainable += elementCount(weight.shape)
    }
  }
  return { total: trainable + nonTrainable, trainable, nonTrainable }
}
