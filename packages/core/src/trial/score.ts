import type { Score } from '@graft/contracts/trial'
import { wilsonInterval } from '@graft/statistics/wilson-interval'

/** Keras's epsilon: probabilities are kept this far from 0 and 1 before the logarithm. */
const epsilon = 1e-7

/** Index of the most probable class of an image; the first of equals. */
export function mostProbable(probabilities: Float32Array, classes: number, image: number): number {
  let best = 0
  for (let index = 1; index < classes; index += 1) {
    if ((probabilities[image * classes + index] as number) > (probabilities[image * classes + best] as number)) best = index
  }
  return best
}

/**
 * Accuracy with its 95% Wilson interval, and mean cross-entropy, of `probabilities` (images x classes) against the true classes. No images:
 * zeros, and an interval of everything.
 */
export function score(probabilities: Float32Array, labels: Int32Array, classes: number): Score {
  const images = labels.length
  if (images === 0) return { accuracy: 0, loss: 0, images: 0, correct: 0, interval: [0, 1] }
  let correct = 0
  let loss = 0
  labels.forEach((label, image) => {
    if (mostProbable(probabilities, classes, image) === label) correct += 1
    const probability = probabilities[image * classes + label] as number
    loss -= Math.log(Math.min(Math.max(probability, epsilon), 1 - epsilon))
  })
  return { accuracy: correct / images, loss: loss / images, images, correct, interval: wilsonInterval(correct, images) }
}
