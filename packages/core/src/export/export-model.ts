import type { DatasetManifest, ManifestImage } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import type { FeatureStore } from '@graft/contracts/feature-store'
import type { JobProgress } from '@graft/contracts/job'
import { canonicalJson, type Recipe } from '@graft/contracts/recipe'
import type { ExportFormat, TrialSummary } from '@graft/contracts/trial'
import { runOnImages } from '../prediction/run-on-images.ts'
import { compileForward } from '../compiler/forward.ts'
import type { Network } from '../network/description.ts'
import type { WeightedNetwork } from '../prediction/join-networks.ts'
import { loadTrainedModel, type TrainedModel } from '../prediction/trained-model.ts'
import type { GraphRuntime } from '../runtime/graph-runtime.ts'
import { openOnnxForward } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { labelsOf, partsOf } from '../trial/parts.ts'
import { score } from '../trial/score.ts'
import { modelCard } from './model-card.ts'
import { withMetadata } from './onnx-metadata.ts'
import { writePortableFiles, type ExportedFile } from './portable-files.ts'
import { portableNetwork } from './portable-network.ts'
import { recordedProbabilities } from './recorded-probabilities.ts'
import { compareProbabilities } from './rescore.ts'
import { withSoftmaxOutput } from './softmax-output.ts'

export interface ExportOptions {
  runtime: Runtime
  /** Runs the exported ONNX file itself. */
  graphs: GraphRuntime
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
  /** Default: ONNX alone. */
  formats?: readonly ExportFormat[]
  onProgress?(progress: JobProgress): void
  signal?: AbortSignal
}

export interface ExportedModel {
  /** One or two a format, then `labels.txt` (a class a line, in the order of the outputs) and `model-card.md`. */
  files: ExportedFile[]
  /** The largest difference over all formats. */
  rescored: { accuracy: number; largestDifference: number }
}

/**
 * The whole trained network with its preprocessing in each format asked for, run again on the test images before anyone gets it:
 * the ONNX file itself, the others as they are read again from what was written. Throws `mismatch` when a prediction differs from
 * the recorded one, in its class or by more than 1e-4 in a probability; `unsupported` where a format cannot hold the network.
 */
export async function exportModel(options: ExportOptions): Promise<ExportedModel> {
  const { trained, manifest, formats = ['onnx'], signal } = options
  const { test } = partsOf(manifest)
  options.onProgress?.({ stage: 'compiling', fraction: null, message: '' })
  const { whole: trainedWhole, parts } = await loadTrainedModel(trained, signal)
  const whole = withSoftmaxOutput(trainedWhole)
  // With test-time augmentation the recorded ones are means over views; the files see one.
  const recorded = (options.recipe.testTimeAugmentation === undefined ? options.recorded : undefined) ?? (await recordedProbabilities(options, parts, test))
  const files: ExportedFile[] = []
  let built: WeightedNetwork | null = null
  const portable = (): WeightedNetwork => (built ??= portableNetwork(whole, trained.model.preprocessing))
  let rescored = { accuracy: 0, largestDifference: 0 }
  for (const format of formats) {
    const written = await writeFormat(options, { whole, portable }, format)
    files.push(...written.files)
    const { accuracy, largestDifference } = await rescore(options, { ...written, network: whole.network, format, recorded })
    rescored = { accuracy, largestDifference: Math.max(rescored.largestDifference, largestDifference) }
  }
  const card = modelCard({ ...options, formats, model: trained.model, weights: trained.weightFile?.info ?? null, rescored })
  files.push({ kind: 'labels', name: 'labels.txt', bytes: Buffer.from(trained.classes.map((name) => `${name}\n`).join('')) }, { kind: 'model-card', name: 'model-card.md', bytes: Buffer.from(card) })
  return { files, rescored }
}

/** The files of a format, and an ONNX graph from uint8 pixels that stands for them. */
async function writeFormat(options: ExportOptions, { whole, portable }: { whole: WeightedNetwork; portable: () => WeightedNetwork }, format: ExportFormat): Promise<{ files: readonly ExportedFile[]; graph: Uint8Array }> {
  const { preprocessing } = options.trained.model
  if (format === 'onnx') {
    const graph = withMetadata(compileForward(whole.network, whole.weights, { preprocessing }), metadataOf(options))
    return { files: [{ kind: 'onnx', name: 'model.onnx', bytes: graph }], graph }
  }
  const { files, reread, preprocessing: outside } = await writePortableFiles(whole, { format, portable, preprocessing, metadata: metadataOf(options), ...(options.signal && { signal: options.signal }) })
  return { files, graph: compileForward(reread.network, reread.weights, { preprocessing: outside }) }
}

async function rescore(options: ExportOptions, { graph, network, format, recorded }: { graph: Uint8Array; network: Network; format: ExportFormat; recorded: Float32Array }): Promise<{ accuracy: number; largestDifference: number }> {
  const { trained, manifest, summary, signal } = options
  const { test } = partsOf(manifest)
  const exported = await runOnImages({
    open: () => openOnnxForward(options.graphs, graph, signal),
    network,
    preprocessing: trained.model.preprocessing,
    images: test,
    read: options.read,
    onProgress: (done, total) => options.onProgress?.({ stage: `re-scoring ${format}`, fraction: done / total, message: `${done} of ${total} test images` }),
    ...(signal && { signal }),
  })
  const largestDifference = compareProbabilities(recorded, exported, trained.classes.length, (image) => test[image]?.path ?? '')
  const rescored = score(exported, labelsOf(test), trained.classes.length)
  if (options.recipe.testTimeAugmentation === undefined) checkScore(rescored, summary)
  return { accuracy: rescored.accuracy, largestDifference }
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
