import { GraftError } from '@graft/contracts/errors'
import type { Prediction, TrialSummary } from '@graft/contracts/trial'
import { describeEnvironment } from './environment.ts'
import { createEpochReporter } from './epoch-reporter.ts'
import { checkTrainable, labelsOf, partsOf } from './parts.ts'
import { predictionsCsv, predictionsOf } from './predictions.ts'
import { score } from './score.ts'
import { trainFromPretrained } from './train-from-pretrained.ts'
import { trainFromScratch } from './train-from-scratch.ts'
import { weightsSha256, writeTrainedWeights } from './trained-weights.ts'
import type { TrialOptions } from './trial-options.ts'

export interface TrialResult {
  summary: TrialSummary
  /** Validation images, then test images, each in the manifest's order. */
  predictions: Prediction[]
  /** Probability of each class, row by row in the order of `predictions`. */
  probabilities: Float32Array
  /** safetensors; readTrainedWeights reads them. */
  trainedWeights: Uint8Array
  predictionsCsv: string
}

/**
 * One trial: a head on the frozen trunk of a pretrained model, then fine-tuning where the recipe has it, or a baseline from scratch; the
 * best epoch of all phases by validation scored once on the test images. The same options give bit-identical weights on the same machine, whether features come from the
 * cache or not. Without validation images the last epoch counts, and the validation score has zero images.
 *
 * Throws GraftError: `invalid_input` for data or a recipe that cannot work (with the field), `unavailable` without weights,
 * `aborted` when the signal fired, and what reading images and weights throws.
 */
export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const began = performance.now()
  const { manifest, recipe, model } = options
  const parts = partsOf(manifest)
  checkTrainable(manifest, parts, recipe)
  if (model.pretrained && recipe.network !== undefined) throw new GraftError('invalid_input', `${model.name} has its own layers; the recipe's list is for custom-cnn.`, { hint: 'Take `network` out of the recipe, or choose the model custom-cnn.', field: 'network' })
  const onEpoch = createEpochReporter(options)
  const outcome = model.pretrained ? await trainFromPretrained(options, parts, onEpoch) : await trainFromScratch(options, parts, onEpoch)

  const images = [...parts.validation, ...parts.test]
  const probabilities = concatenated(outcome.probabilities.validation, outcome.probabilities.test)
  const predictions = predictionsOf(images, probabilities, manifest.classes.length)
  const summary: TrialSummary = {
    bestEpoch: outcome.bestEpoch,
    epochs: outcome.history.length,
    ...(outcome.phases && { phases: outcome.phases }),
    validation: score(outcome.probabilities.validation, labelsOf(parts.validation), manifest.classes.length),
    test: score(outcome.probabilities.test, labelsOf(parts.test), manifest.classes.length),
    timings: { ...outcome.seconds, total: (performance.now() - began) / 1000 },
    features: outcome.features,
    parameters: outcome.parameters,
    weightsSha256: weightsSha256(outcome.trained.weights),
    environment: describeEnvironment(options.runtime),
  }
  return { summary, predictions, probabilities, trainedWeights: writeTrainedWeights(outcome.trained), predictionsCsv: predictionsCsv(manifest, predictions, probabilities) }
}

function concatenated(first: Float32Array, second: Float32Array): Float32Array {
  const whole = new Float32Array(first.length + second.length)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}
