/** Index of the most probable class of an image; the first of equals. `probabilities`: images x classes, row by row. */
export function mostProbable(probabilities: Float32Array, classes: number, image: number): number {
  let best = 0
  for (let index = 1; index < classes; index++) {
    if (probabilities[image * classes + index]! > probabilities[image * classes + best]!) best = index
  }
  return best
}
