import { extractFeatures } from '../features/extract.ts'
import type { Network } from '../network/description.ts'
import { countParameters } from '../network/parameters.ts'
import type { EpochMetrics } from '../training/epoch-metrics.ts'
import { predictProbabilities } from '../training/predict-probabilities.ts'
import { trainHead } from '../training/train-head.ts'
import { labelsOf, phaseOf, type Parts } from './parts.ts'
import type { TrainingOutcome } from './training-outcome.ts'
import type { TrialOptions } from './trial-options.ts'
import { buildTrunk, featureSpace, loadTrunk, requireWeightFile } from './trunk.ts'

/** The feature-extraction phase of a pretrained model: features of all images at the trunk's end, then the head trains on them. */
export async function trainOnFeatures(options: TrialOptions, parts: Parts, onEpoch: (metrics: EpochMetrics) => Promise<void>): Promise<TrainingOutcome> {
  const { runtime, model, manifest, recipe, seed, signal } = options
  const weightFile = requireWeightFile(model, options.weightFile)
  const layer = model.featureLayer
  const space = featureSpace(model, weightFile, layer, recipe.head.pooling === 'flatten' ? 'none' : recipe.head.pooling)
  const images = [...parts.train, ...parts.validation, ...parts.test]
  const extracted = await extractFeatures({
    runtime,
    space,
    loadTrunk: () => loadTrunk(model, weightFile, layer, signal),
    images,
    read: options.read,
    store: options.features,
    onProgress: (done, total, problem) => options.onProgress?.({ stage: 'features', fraction: done / total, message: `${done} of ${total} images${problem === null ? '' : `. ${problem}`}` }),
    ...(signal && { signal }),
  })
  const { dimension } = extracted
  const rows = (first: number, count: number): Float32Array => extracted.features.subarray(first * dimension, (first + count) * dimension)
  const features = {
    train: rows(0, parts.train.length),
    validation: rows(parts.train.length, parts.validation.length),
    test: rows(parts.train.length + parts.validation.length, parts.test.length),
  }

  const trainingBegan = performance.now()
  const head = await trainHead({
    runtime,
    train: { features: features.train, labels: labelsOf(parts.train), dimension },
    validation: { features: features.validation, labels: labelsOf(parts.validation), dimension },
    classes: manifest.classes.length,
    head: recipe.head,
    phase: phaseOf(recipe),
    seed,
    onEpoch,
    ...(signal && { signal }),
  })
  const evaluationBegan = performance.now()
  options.onProgress?.({ stage: 'scoring', fraction: null, message: `${parts.validation.length + parts.test.length} images` })
  const probabilities = (input: Float32Array): Promise<Float32Array> =>
    predictProbabilities({ runtime, network: head.network, weights: head.weights, input, ...(signal && { signal }) })
  const scored = { validation: await probabilities(features.validation), test: await probabilities(features.test) }

  return {
    trained: { part: 'head', model: model.id, network: head.network, weights: head.weights, classes: manifest.classes, layer, pooling: space.pooling, trunkSha256: weightFile.info.sha256 },
    history: head.history,
    bestEpoch: head.bestEpoch,
    probabilities: scored,
    parameters: parametersOf(buildTrunk(model, weightFile.info, layer), head.network),
    seconds: {
      ...extracted.seconds,
      training: (evaluationBegan - trainingBegan) / 1000,
      evaluation: (performance.now() - evaluationBegan) / 1000,
    },
    features: extracted.reuse,
  }
}

function parametersOf(trunk: Network, head: Network): { total: number; trainable: number } {
  const inHead = countParameters(head)
  return { total: countParameters(trunk).total + inHead.total, trainable: inHead.trainable }
}
