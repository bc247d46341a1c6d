import { GraftError } from '@graft/contracts/errors'
import type { LossRecipe } from '@graft/contracts/recipe/loss'
import type { KernelOptions, Named, NetworkBuilder } from './builder.ts'

export interface Output {
  readonly classes: number
  /** What is trained for; absent: cross-entropy. */
  readonly loss?: LossRecipe
}

/**
 * The output over the classes: a softmax, or for binary cross-entropy one sigmoid unit, the probability of the second class (as
 * Keras's `class_mode='binary'`). Throws `invalid_input` for binary cross-entropy of other than two classes.
 */
export function addOutput(builder: NetworkBuilder, input: string, { classes, loss }: Output, options: Named & Omit<KernelOptions, 'activation'> = {}): string {
  if (loss?.name !== 'binary-cross-entropy') return builder.dense(input, classes, { ...options, activation: 'softmax' })
  if (classes !== 2) {
    throw new GraftError('invalid_input', `Binary cross-entropy takes two classes; there ${classes === 1 ? 'is 1' : `are ${classes}`}.`, { hint: 'Choose the loss cross-entropy.', field: 'loss.name' })
  }
  return builder.dense(input, 1, { ...options, activation: 'sigmoid' })
}
