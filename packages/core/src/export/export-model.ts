import type { DatasetManifest, ManifestImage } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import type { FeatureStore } from '@graft/contracts/feature-store'
import type { JobProgress } from '@graft/contracts/job'
import { canonicalJson, type Recipe } from '@graft/contracts/recipe'
import type { TrialSummary } from '@graft/contracts/trial'
import { runOnImages } from '../prediction/run-on-images.ts'
import { compileTrainedModel, loadTrainedModel, type TrainedModel } from '../prediction/trained-model.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { labelsOf, partsOf } from '../trial/parts.ts'
import { score } from '../trial/score.ts'
import { modelCard } from './model-card.ts'
import { withMetadata } from './onnx-metadata.ts'
import { recordedProbabilities } from './recorded-probabilities.ts'
import { compareProbabilities } from './rescore.ts'

export interface ExportOptions {
  runtime: Runtime
  trained: TrainedModel
  manifest: DatasetManifest
  datasetName: string
  recipe: Recipe
  seed: number
  summary: TrialSummary
  read(image: ManifestImage): Promise<Uint8Array>
  /** Probabilities that the trial recorded for the test images (images x classes, in the manifest's order); without them they are computed again the trial's way, from cached features. */
  recorded?: Float32Array
  features: FeatureStore
  /** Name of the ONNX file in the model card; default `model.onnx`. */
  fileName?: string
  onProgress?(progress: JobProgress): void
  signal?: AbortSignal
}

export interface ExportedModel {
  /** One graph: normalisation, trunk, head. Labels, preprocessing and origin are in its metadata. */
  onnx: Uint8Array
  /** A class a line, in the order of the outputs. */
  labels: string
  /** Markdown. */
  modelCard: string
  rescored: { accuracy: number; largestDifference: number }
}

/**
 * Trunk, head and normalisation as one ONNX file, run again on the test images before anyone gets it. Throws `mismatch` when a
 * prediction differs from the recorded one, in its class or by more than 1e-4 in a probability.
 */
export async function exportModel(options: ExportOptions): Promise<ExportedModel> {
  const { runtime, trained, manifest, summary, signal } = options
  const { test } = partsOf(manifest)
  options.onProgress?.({ stage: 'compiling', fraction: null, message: '' })
  const { whole, parts } = await loadTrainedModel(trained, signal)
  const onnx = withMetadata(compileTrainedModel(trained, whole), metadataOf(options))

  const exported = await runOnImages({
    runtime,
    model: onnx,
    preprocessing: trained.model.preprocessing,
    images: test,
    read: options.read,
    onProgress: (done, total) => options.onProgress?.({ stage: 're-scoring', fraction: done / total, message: `${done} of ${total} test images` }),
    ...(signal && { signal }),
  })
  const recorded = options.recorded ?? (await recordedProbabilities(options, parts, test))
  const largestDifference = compareProbabilities(recorded, exported, trained.classes.length, (image) => test[image]?.path ?? '')
  const rescored = score(exported, labelsOf(test), trained.classes.length)
  checkScore(rescored, summary)
  const facts = { accuracy: rescored.accuracy, largestDifference }
  const fileName = options.fileName ?? 'model.onnx'
  const card = modelCard({ ...options, model: trained.model, weights: trained.weightFile?.info ?? null, rescored: facts, fileName })
  return { onnx, labels: trained.classes.map((name) => `${name}\n`).join(''), modelCard: card, rescored: facts }
}

/** The score as a whole must be the trial's, too: it guards against weights or images of another trial. Ties of two classes may fall either way. */
function checkScore(rescored: TrialSummary['test'], summary: TrialSummary): void {
  if (rescored.images !== summary.test.images || Math.abs(rescored.loss - summary.test.loss) > 1e-2 * Math.max(1, summary.test.loss)) {
    throw new GraftError('mismatch', `The exported model scores a loss of ${rescored.loss.toFixed(4)} on ${rescored.images} test images; the trial recorded ${summary.test.loss.toFixed(4)} on ${summary.test.images}.`, { hint: 'Nothing was published. Dataset version and trained weights do not belong to one trial.' })
  }
}

function metadataOf({ trained, manifest, datasetName, recipe, seed, summary }: ExportOptions): Record<string, string> {
  return {
    labels: JSON.stringify(trained.classes),
    preprocessing: JSON.stringify({ ...trained.model.preprocessing, layout: 'NHWC', channels: 'RGB', type: 'uint8', normalisation: 'inside the graph' }),
    model: trained.model.id,
    dataset: datasetName,
    datasetVersion: manifest.fingerprint,
    recipe: canonicalJson(recipe),
    seed: String(seed),
    testAccuracy: String(summary.test.accuracy),
    weightsSha256: summary.weightsSha256,
    licence: trained.model.licence ?? '',
  }
}
