import { GraftError } from '@graft/contracts/errors'
import { mostProbable } from '@graft/statistics/most-probable'

/** Largest difference of a probability that is still the same prediction. */
export const tolerance = 1e-4

/**
 * Compares what the exported graph says of the test images with what the trial recorded (both images x classes). Returns the
 * largest difference of a probability; throws `mismatch` when it is over the tolerance or a class differs. Two classes within
 * the tolerance of each other count as the same.
 */
export function compareProbabilities(recorded: Float32Array, exported: Float32Array, classes: number, pathOf: (image: number) => string): number {
  if (recorded.length !== exported.length) throw new GraftError('mismatch', `The exported model gave ${exported.length / classes} predictions for ${recorded.length / classes} test images.`)
  let largest = 0
  for (let index = 0; index < recorded.length; index += 1) {
    const difference = Math.abs((recorded[index] as number) - (exported[index] as number))
    // NaN must not pass: hence not "difference > tolerance".
    if (!(difference <= tolerance)) {
      throw disagreement(pathOf(Math.floor(index / classes)), `a probability is ${String(exported[index])}, recorded ${String(recorded[index])}`)
    }
    largest = Math.max(largest, difference)
  }
  for (let image = 0; image * classes < recorded.length; image += 1) {
    const before = mostProbable(recorded, classes, image)
    const after = mostProbable(exported, classes, image)
    const gap = (exported[image * classes + after] as number) - (exported[image * classes + before] as number)
    if (gap > tolerance) throw disagreement(pathOf(image), `class ${after}, recorded ${before}`)
  }
  return largest
}

function disagreement(path: string, what: string): GraftError {
  return new GraftError('mismatch', `The exported model disagrees with the trial on ${path}: ${what}.`, { hint: 'Nothing was published. The image or the weight file may have changed since the trial; run the trial again.' })
}
