import type { ManifestImage } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import { pixelBatches } from '../image/pixel-batches.ts'
import { buildNetwork } from '../network/build.ts'
import { countParameters } from '../network/parameters.ts'
import type { EpochMetrics } from '../training/epoch-metrics.ts'
import { predictProbabilities } from '../training/predict-probabilities.ts'
import { trainNetwork } from '../training/train-network.ts'
import { labelsOf, phaseOf, type Parts } from './parts.ts'
import type { TrainingOutcome } from './training-outcome.ts'
import type { TrialOptions } from './trial-options.ts'

const decodeBatchSize = 64
/** All pixels are held in memory: the epochs go over them again and again. */
const largestPixelBytes = 4 * 1024 ** 3

/** A baseline: the whole network starts from seeded random weights and trains on the pixels. */
export async function trainFromScratch(options: TrialOptions, parts: Parts, onEpoch: (metrics: EpochMetrics) => Promise<void>): Promise<TrainingOutcome> {
  const { runtime, model, manifest, recipe, seed, signal } = options
  const { preprocessing } = model
  const network = buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: preprocessing.inputSize, includeTop: true, classes: manifest.classes.length })
  const images = [...parts.train, ...parts.validation, ...parts.test]
  const { pixels, decodeSeconds } = await allPixels(options, images)
  const imageLength = pixels.length / images.length
  const rows = (first: number, count: number): Uint8Array => pixels.subarray(first * imageLength, (first + count) * imageLength)
  const validation = rows(parts.train.length, parts.validation.length)
  const test = rows(parts.train.length + parts.validation.length, parts.test.length)

  const trainingBegan = performance.now()
  const trained = await trainNetwork({
    runtime,
    network,
    train: { pixels: rows(0, parts.train.length), labels: labelsOf(parts.train) },
    validation: { pixels: validation, labels: labelsOf(parts.validation) },
    preprocessing,
    phase: phaseOf(recipe),
    seed,
    onEpoch,
    ...(signal && { signal }),
  })
  const evaluationBegan = performance.now()
  options.onProgress?.({ stage: 'scoring', fraction: null, message: `${parts.validation.length + parts.test.length} images` })
  const probabilities = (input: Uint8Array): Promise<Float32Array> =>
    predictProbabilities({ runtime, network: trained.network, weights: trained.weights, input, preprocessing, ...(signal && { signal }) })
  const scored = { validation: await probabilities(validation), test: await probabilities(test) }
  const { total, trainable } = countParameters(trained.network)

  return {
    trained: { part: 'network', model: model.id, network: trained.network, weights: trained.weights, classes: manifest.classes, layer: '', pooling: 'none', trunkSha256: '' },
    history: trained.history,
    bestEpoch: trained.bestEpoch,
    probabilities: scored,
    parameters: { total, trainable },
    seconds: { decode: decodeSeconds, extraction: 0, training: (evaluationBegan - trainingBegan) / 1000, evaluation: (performance.now() - evaluationBegan) / 1000 },
    features: { reused: 0, computed: 0, secondsSaved: 0 },
  }
}

async function allPixels(options: TrialOptions, images: readonly ManifestImage[]): Promise<{ pixels: Uint8Array; decodeSeconds: number }> {
  const { preprocessing } = options.model
  const [height, width] = preprocessing.inputSize
  const bytes = images.length * height * width * 3
  if (bytes > largestPixelBytes) {
    throw new GraftError('too_large', `${images.length} images of ${height} x ${width} pixels take ${Math.round(bytes / 1024 ** 3)} GiB; a baseline holds at most ${largestPixelBytes / 1024 ** 3}.`, { hint: 'Use a pretrained model, or fewer images.', field: 'dataset' })
  }
  const pixels = new Uint8Array(bytes)
  let decodeSeconds = 0
  for await (const batch of pixelBatches({ images, read: options.read, preprocessing, batchSize: decodeBatchSize, ...(options.signal && { signal: options.signal }) })) {
    pixels.set(batch.pixels, batch.start * height * width * 3)
    decodeSeconds += batch.decodeSeconds
    const done = batch.start + batch.count
    options.onProgress?.({ stage: 'decoding', fraction: done / images.length, message: `${done} of ${images.length} images` })
  }
  return { pixels, decodeSeconds }
}
