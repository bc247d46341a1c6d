import type { Score } from '@graft/contracts/trial'
import { classificationMetrics } from '@graft/statistics/classification-metrics'
import { mostProbable } from '@graft/statistics/most-probable'
import { wilsonInterval } from '@graft/statistics/wilson-interval'

/** Keras's epsilon: probabilities are kept this far from 0 and 1 before the logarithm. */
const epsilon = 1e-7

/**
 * Accuracy with its 95% Wilson interval, mean cross-entropy, and further figures, of `probabilities` (images x classes) against the true classes. No images:
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
  const metrics = classificationMetrics(probabilities, labels, classes)
  return { accuracy: correct / images, loss: loss / images, images, correct, interval: wilsonInterval(correct, images), ...(metrics && { metrics }) }
}
