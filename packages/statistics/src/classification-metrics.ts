import type { ClassificationMetrics, ClassMetrics } from '@graft/contracts/classification-metrics'
import { mostProbable } from './most-probable.ts'

/** Equal-width bins of confidence, as Guo et al. 2017. */
const calibrationBins = 15
const ranks = [3, 5]

/**
 * How good predictions are beyond accuracy.
 *
 * @param probabilities images x classes, row by row.
 * @param labels index of each image's true class.
 * @returns null without images. Precision, recall and F1 are scikit-learn's (0 where nothing was predicted as a class), their means
 * over the classes that have images. `areaUnderCurve`: mean over classes of the one-versus-rest ROC AUC, null where no class has both
 * images and others. `calibrationError`: expected calibration error (Guo et al. 2017). `topAccuracy`: for k = 3 and 5 where there are
 * more classes; of equal probabilities the first class counts as higher.
 */
export function classificationMetrics(probabilities: Float32Array, labels: Int32Array, classes: number): ClassificationMetrics | null {
  if (labels.length === 0) return null
  const images = labels.length
  const predicted = Int32Array.from(labels, (_, image) => mostProbable(probabilities, classes, image))
  const perClass = Array.from({ length: classes }, (_, index) => classMetrics(index, probabilities, labels, predicted, classes))
  const present = perClass.filter((metrics) => metrics.images > 0)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const areas = perClass.flatMap((metrics) => metrics.areaUnderCurve ?? [])
  return {
    precision: mean(present.map(({ precision }) => precision)),
    recall: mean(present.map(({ recall }) => recall)),
    f1: mean(present.map(({ f1 }) => f1)),
    areaUnderCurve: areas.length === 0 ? null : mean(areas),
    calibrationError: calibrationError(probabilities, labels, predicted, classes),
    topAccuracy: ranks.filter((k) => k < classes).map((k) => ({ k, accuracy: labels.reduce((hits, label, image) => hits + (rankOf(probabilities, classes, image, label) < k ? 1 : 0), 0) / images })),
    classes: perClass,
  }
}

function classMetrics(index: number, probabilities: Float32Array, labels: Int32Array, predicted: Int32Array, classes: number): ClassMetrics {
  let [images, guesses, hits] = [0, 0, 0]
  for (const [image, label] of labels.entries()) {
    if (label === index) images++
    if (predicted[image] === index) guesses++
    if (label === index && predicted[image] === index) hits++
  }
  const precision = guesses === 0 ? 0 : hits / guesses
  const recall = images === 0 ? 0 : hits / images
  return { images, precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall), areaUnderCurve: areaUnderCurve(index, probabilities, labels, classes, images) }
}

/** Mann-Whitney: the chance that an image of the class has a higher probability than one of another class; ties count half. */
function areaUnderCurve(index: number, probabilities: Float32Array, labels: Int32Array, classes: number, positives: number): number | null {
  const negatives = labels.length - positives
  if (positives === 0 || negatives === 0) return null
  const scored = Array.from(labels, (label, image) => ({ isPositive: label === index, value: probabilities[image * classes + index]! })).toSorted((a, b) => a.value - b.value)
  let rankSum = 0
  for (let first = 0; first < scored.length; ) {
    let end = first
    while (end < scored.length && scored[end]!.value === scored[first]!.value) end++
    const meanRank = (first + 1 + end) / 2
    for (let at = first; at < end; at++) if (scored[at]!.isPositive) rankSum += meanRank
    first = end
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}

function calibrationError(probabilities: Float32Array, labels: Int32Array, predicted: Int32Array, classes: number): number {
  const bins = Array.from({ length: calibrationBins }, () => ({ images: 0, confidence: 0, correct: 0 }))
  for (const [image, label] of labels.entries()) {
    const confidence = probabilities[image * classes + predicted[image]!]!
    // Bins are open below and closed above: (0, 1/15], (1/15, 2/15], …
    const bin = bins[Math.min(calibrationBins - 1, Math.max(0, Math.ceil(confidence * calibrationBins) - 1))]!
    bin.images++
    bin.confidence += confidence
    if (predicted[image] === label) bin.correct++
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.correct - bin.confidence), 0) / labels.length
}

/** How many classes come before this one. */
function rankOf(probabilities: Float32Array, classes: number, image: number, label: number): number {
  const own = probabilities[image * classes + label]!
  let before = 0
  for (let index = 0; index < classes; index++) {
    const other = probabilities[image * classes + index]!
    if (other > own || (other === own && index < label)) before++
  }
  return before
}
