import type { LossRecipe } from '../../../packages/contracts/src/recipe/loss.ts'
import type { Tensor, Tensorflow } from './tensorflow.ts'

export interface Losses {
  /** [n, classes] (of one output: [n, 1], the share of the second class): labels as distributions. */
  targets(labels: Int32Array | Float32Array, rows: ArrayLike<number>): Tensor
  /** [n] of logits. `smooth`: as in training; without it labels are as they are. */
  each(logits: Tensor, targets: Tensor): Tensor
  /** [n]: 1 where the most probable class is the label's. */
  correct(logits: Tensor, targets: Tensor): Tensor
}

/** Keras 3's `epsilon`: how near a probability comes to 0 and 1. */
const epsilon = 1e-7

/** Keras 3's losses of `outputs` logits. */
export function createLosses(tf: Tensorflow, recipe: LossRecipe, outputs: number): Losses {
  const smoothing = recipe.labelSmoothing ?? 0
  const isBinary = recipe.name === 'binary-cross-entropy'
  const classes = isBinary ? 2 : outputs
  const smoothed = (targets: Tensor): Tensor => (smoothing === 0 ? targets : tf.add(tf.mul(targets, 1 - smoothing), smoothing / classes))
  const each: Record<LossRecipe['name'], Losses['each']> = {
    'cross-entropy': (logits, targets) => tf.neg(tf.sum(tf.mul(smoothed(targets), tf.logSoftmax(logits)), -1)),
    focal(logits, targets) {
      const { gamma, alpha } = recipe as Extract<LossRecipe, { name: 'focal' }>
      const probabilities = tf.clipByValue(tf.softmax(logits), epsilon, 1 - epsilon)
      const crossEntropy = tf.neg(tf.mul(smoothed(targets), tf.log(probabilities)))
      return tf.sum(tf.mul(tf.mul(tf.pow(tf.sub(1, probabilities), gamma), alpha), crossEntropy), -1)
    },
    // max(z, 0) - z y + log(1 + e^-|z|)
    'binary-cross-entropy': (logits, targets) => tf.squeeze(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, smoothed(targets))), tf.log1p(tf.exp(tf.neg(tf.abs(logits))))), [1]),
  }
  return {
    targets(labels, rows) {
      const values = new Float32Array(rows.length * outputs)
      for (let row = 0; row < rows.length; row++) {
        const label = rows[row]!
        if (labels instanceof Float32Array) values.set(isBinary ? [labels[label * 2 + 1]!] : labels.subarray(label * outputs, (label + 1) * outputs), row * outputs)
        else if (isBinary) values[row] = labels[label]!
        else values[row * outputs + labels[label]!] = 1
      }
      return tf.tensor2d(values, [rows.length, outputs])
    },
    each: each[recipe.name],
    correct: (logits, targets) => tf.cast(isBinary ? tf.squeeze(tf.equal(tf.greater(logits, 0), tf.greater(targets, 0.5)), [1]) : tf.equal(tf.argMax(logits, -1), tf.argMax(targets, -1)), 'float32'),
  }
}
