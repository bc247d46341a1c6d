import { GraftError } from '@graft/contracts/errors'
import { buildNetwork } from '../network/build.ts'
import { countParameters } from '../network/parameters.ts'
import type { EpochMetrics } from '../training/epoch-metrics.ts'
import { viewPixels } from '../features/view-pixels.ts'
import { classWeightFactors } from '../training/class-weights.ts'
import { predictProbabilities } from '../training/predict-probabilities.ts'
import { trainNetwork } from '../training/train-network.ts'
import { allPixels } from './all-pixels.ts'
import { latestCheckpoint, trialKey } from './checkpoint.ts'
import { createCheckpointWriter } from './checkpoint-writer.ts'
import { labelsOf, phaseOf, type Parts } from './parts.ts'
import { withPixelSource } from './pixel-source.ts'
import { rowsOf } from './rows-of.ts'
import { scoreByViews } from './test-time.ts'
import type { TrainingOutcome } from './training-outcome.ts'
import type { TrialOptions } from './trial-options.ts'

/** A baseline: the whole network starts from seeded random weights and trains on the pixels. */
export async function trainFromScratch(options: TrialOptions, parts: Parts, onEpoch: (metrics: EpochMetrics) => Promise<void>): Promise<TrainingOutcome> {
  const { runtime, model, manifest, recipe, seed, signal } = options
  const { preprocessing } = model
  if (recipe.phases.length > 1) throw new GraftError('invalid_input', `${model.name} is trained from scratch in one phase: it has no pretrained layers to fine-tune.`, { hint: 'Choose a recipe with one phase, or a pretrained model.', field: 'phases.1' })
  const network = buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: preprocessing.inputSize, includeTop: true, classes: manifest.classes.length, loss: recipe.loss, customLayers: recipe.network })
  const images = [...parts.train, ...parts.validation, ...parts.test]
  const { pixels, decodeSeconds } = await allPixels(options, images)
  const { train, validation, test } = rowsOf(pixels, pixels.length / images.length, parts)

  const [resume = null] = await latestCheckpoint(options.checkpoints, trialKey(options), signal)
  for (const metrics of resume?.history ?? []) await onEpoch(metrics)
  const trainingBegan = performance.now()
  const phase = phaseOf(recipe)
  const labels = labelsOf(parts.train)
  const trained = await withPixelSource(options, { pixels: train, labels, batchSize: phase.batchSize, phaseIndex: 0 }, (source) =>
    trainNetwork({
      runtime,
      network,
      train: { pixels: train, labels },
      validation: { pixels: validation, labels: labelsOf(parts.validation) },
      preprocessing,
      phase,
      seed,
      loss: recipe.loss,
      classWeights: classWeightFactors(recipe.classWeights, manifest.classes, labels),
      onEpoch,
      resume,
      onCheckpoint: createCheckpointWriter(options).epoch,
      microbatchSize: Math.min(phase.batchSize, options.microbatchLimit ?? Infinity),
      ...source,
      ...(signal && { signal }),
    }),
  )
  const evaluationBegan = performance.now()
  options.onProgress?.({ stage: 'scoring', fraction: null, message: `${parts.validation.length + parts.test.length} images` })
  const probabilities = (input: Uint8Array): Promise<Float32Array> =>
    predictProbabilities({ runtime, network: trained.network, weights: trained.weights, input, preprocessing, ...(signal && { signal }) })
  const size = preprocessing.inputSize
  const scored = await scoreByViews(recipe, async (view) => ({ validation: await probabilities(viewPixels(validation, size, view)), test: await probabilities(viewPixels(test, size, view)) }))
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
