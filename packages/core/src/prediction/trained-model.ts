import { GraftError } from '@graft/contracts/errors'
import type { ModelDescription } from '@graft/contracts/model'
import { readTrainedWeights, type TrainedWeights } from '../trial/trained-weights.ts'
import { loadTrunk, requireWeightFile, type WeightFile } from '../trial/trunk.ts'
import { joinNetworks, type WeightedNetwork } from './join-networks.ts'

/** A trial's result, ready to be put to use. */
export interface TrainedModel {
  model: ModelDescription
  /** The trunk's weights; null for a baseline, whose weights are all in `trainedWeights`. */
  weightFile: WeightFile | null
  /** Class names in the order of the outputs. */
  classes: readonly string[]
  /** What the trial wrote: safetensors. */
  trainedWeights: Uint8Array
}

/** Trunk and head as one network, checked against each other. Throws `mismatch` where they do not belong together. */
export async function loadTrainedModel(trained: TrainedModel, signal?: AbortSignal): Promise<{ whole: WeightedNetwork; parts: TrainedWeights }> {
  const parts = readTrainedWeights(trained.trainedWeights)
  if (parts.classes.length !== trained.classes.length || parts.classes.some((name, index) => name !== trained.classes[index])) {
    throw new GraftError('mismatch', `The trained weights are for the classes ${parts.classes.join(', ')}, not ${trained.classes.join(', ')}.`)
  }
  if (parts.part === 'network') return { whole: { network: parts.network, weights: parts.weights }, parts }
  const weightFile = requireWeightFile(trained.model, trained.weightFile)
  if (weightFile.info.sha256 !== parts.trunkSha256) {
    throw new GraftError('mismatch', `This head was trained on another weight file of ${trained.model.name}.`, { hint: `It needs the file with the SHA-256 ${parts.trunkSha256}.` })
  }
  const trunk = await loadTrunk(trained.model, weightFile, parts.layer, signal)
  return { whole: joinNetworks(trunk, parts.pooling, parts), parts }
}
