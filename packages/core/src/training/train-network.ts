import type { Preprocessing } from '@graft/contracts/model'
import { inputLayerShape } from '../compiler/samples-graph.ts'
import { hasOneOutput } from '../network/class-probabilities.ts'
import type { Network } from '../network/description.ts'
import { layerShapes } from '../network/shapes.ts'
import { initializeWeights } from '../weights/initialize.ts'
import { checkSamples } from './labelled-samples.ts'
import { trainEpochs, type TrainedNetwork, type TrainingWishes } from './train-epochs.ts'

/** Decoded images, row by row: n x height x width x 3 bytes, RGB. */
export interface LabelledPixels {
  readonly pixels: Uint8Array
  readonly labels: Int32Array
}

/**
 * Trains a whole network on pixels, from seeded random weights: the baseline without transfer. Pixels stay bytes; each batch
 * is normalised inside the graph. See `trainEpochs` for what it keeps, throws and promises.
 */
export async function trainNetwork(options: {
  network: Network
  train: LabelledPixels
  validation: LabelledPixels
  preprocessing: Preprocessing
} & TrainingWishes): Promise<TrainedNetwork> {
  const { network, phase, preprocessing, seed, ...wishes } = options
  const train = { samples: options.train.pixels, labels: options.train.labels }
  const validation = { samples: options.validation.pixels, labels: options.validation.labels }
  checkSamples(train, validation, { shape: inputLayerShape(network), classes: hasOneOutput(network) ? 2 : layerShapes(network).get(network.output)![0]!, phase })
  return trainEpochs({ ...wishes, network, weights: initializeWeights(network, seed), train, validation, preprocessing, phase, seed })
}
