/** The mean of several predictions of the same rows, value by value: over views of an image, or over the models of an ensemble. */
export function meanProbabilities(predictions: readonly Float32Array[]): Float32Array {
  const [first] = predictions
  if (predictions.length === 1) return first!
  return Float32Array.from(first!, (_, place) => predictions.reduce((sum, prediction) => sum + prediction[place]!, 0) / predictions.length)
}
