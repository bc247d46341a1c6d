import type { DatasetManifest, ManifestImage } from '@graft/contracts/dataset'
import type { Prediction } from '@graft/contracts/trial'
import { mostProbable } from '@graft/statistics/most-probable'

/** One record an image. `probabilities`: images x classes. */
export function predictionsOf(images: readonly ManifestImage[], probabilities: Float32Array, classes: number): Prediction[] {
  return images.map((image, index) => {
    const predicted = mostProbable(probabilities, classes, index)
    return {
      sha256: image.sha256,
      path: image.path,
      split: image.split,
      label: image.classIndex,
      predicted,
      probability: probabilities[index * classes + predicted] as number,
      labelProbability: probabilities[index * classes + image.classIndex] as number,
      correct: predicted === image.classIndex,
    }
  })
}

/**
 * Predictions as CSV (RFC 4180, UTF-8, CRLF): path, split, label, predicted, then a column `probability of <class>` for every class,
 * with 9 significant digits (a float32 exactly). Texts that a spreadsheet would take for a formula get an apostrophe in front.
 */
export function predictionsCsv(manifest: DatasetManifest, predictions: readonly Prediction[], probabilities: Float32Array): string {
  const { classes } = manifest
  const header = ['path', 'split', 'label', 'predicted', ...classes.map((name) => `probability of ${name}`)]
  const rows = predictions.map((prediction, index) => [
    prediction.path,
    prediction.split,
    classes[prediction.label] as string,
    classes[prediction.predicted] as string,
    ...Array.from(probabilities.subarray(index * classes.length, (index + 1) * classes.length), (value) => String(Number(value.toPrecision(9)))),
  ])
  return [header, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')
}

/** A cell that no spreadsheet runs (OWASP, "CSV Injection") and every CSV reader reads. */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
