import type { ImagePrediction } from '@graft/contracts/job'

/** Classes with their probabilities, most probable first; the first of equals stays first. */
export function rankedClasses(classes: readonly string[], probabilities: Float32Array): ImagePrediction['classes'] {
  return classes.map((className, index) => ({ className, probability: probabilities[index] as number })).toSorted((a, b) => b.probability - a.probability)
}
