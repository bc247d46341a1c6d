import type { HeadRecipe } from '@graft/contracts/recipe/layers'
import { initializeWeights } from '../weights/initialize.ts'
import { headNetwork } from './head-network.ts'
import { checkSamples } from './labelled-samples.ts'
import { trainEpochs, type TrainedNetwork, type TrainingWishes } from './train-epochs.ts'

/** Pooled features of a frozen trunk, row by row. */
export interface LabelledFeatures {
  /** n x dimension. */
  readonly features: Float32Array
  readonly labels: Int32Array
  readonly dimension: number
}

export type TrainedHead = TrainedNetwork

/**
 * Trains a head on cached features, from seeded random weights. See `trainEpochs` for what it keeps, throws and promises.
 * Throws `invalid_input` for one class only, no samples, or a batch larger than the data.
 */
export async function trainHead(options: {
  train: LabelledFeatures
  validation: LabelledFeatures
  classes: number
  head: HeadRecipe
} & TrainingWishes): Promise<TrainedHead> {
  const { classes, head, phase, seed, ...wishes } = options
  const train = { samples: options.train.features, labels: options.train.labels }
  const validation = { samples: options.validation.features, labels: options.validation.labels }
  checkSamples(train, validation, { shape: [options.train.dimension], classes, phase })
  const network = headNetwork(head, options.train.dimension, classes, options.loss)
  return trainEpochs({ ...wishes, network, weights: initializeWeights(network, seed), train, validation, preprocessing: null, phase, seed })
}
