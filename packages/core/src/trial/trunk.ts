import { GraftError } from '@graft/contracts/errors'
import type { FeatureSpace } from '@graft/contracts/feature-store'
import type { ModelDescription, WeightsInfo } from '@graft/contracts/model'
import { engineVersion } from '../features/engine-version.ts'
import { buildNetwork } from '../network/build.ts'
import { cutNetwork } from '../network/cut.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import { layerShapes } from '../network/shapes.ts'
import { loadWeightFile } from '../weights/load.ts'

/** A weight file on this machine. */
export interface WeightFile {
  path: string
  info: WeightsInfo
}

/** The model with `layer` in it: without its top, unless the layer is in the top and the weight file has one. */
function buildModel(model: ModelDescription, info: WeightsInfo | Pick<WeightsInfo, 'includeTop'>, layer: string): Network {
  const build = (includeTop: boolean): Network =>
    buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: model.preprocessing.inputSize, includeTop })
  const withoutTop = build(false)
  return info.includeTop && !withoutTop.layers.some((candidate) => candidate.name === layer) ? build(true) : withoutTop
}

/** The model up to `layer`. Throws `not_found` for an unknown layer. */
export function buildTrunk(model: ModelDescription, info: WeightsInfo | Pick<WeightsInfo, 'includeTop'>, layer: string): Network {
  return cutNetwork(buildModel(model, info, layer), layer)
}

/** `buildTrunk` with its pretrained weights. Throws what reading the file throws, too. */
export async function loadTrunk(model: ModelDescription, weightFile: WeightFile, layer: string, signal?: AbortSignal): Promise<{ network: Network; weights: NetworkWeights }> {
  const whole = buildModel(model, weightFile.info, layer)
  const network = cutNetwork(whole, layer)
  // Into the whole model: layers that Keras names by a counter are matched by their order in it.
  const { weights } = await loadWeightFile(weightFile.path, whole, signal)
  return { network, weights }
}

/** The place in the feature cache of a model's features at a layer. A layer that puts out a vector has nothing to pool. */
export function featureSpace(model: ModelDescription, weightFile: WeightFile, layer: string, pooling: FeatureSpace['pooling']): FeatureSpace {
  const shape = layerShapes(buildTrunk(model, weightFile.info, layer)).get(layer) ?? []
  return {
    weightsSha256: weightFile.info.sha256,
    architecture: model.alpha === 1 ? model.architecture : `${model.architecture} alpha ${model.alpha}`,
    preprocessing: model.preprocessing,
    layer,
    pooling: shape.length === 1 ? 'none' : pooling,
    engineVersion,
  }
}

/** The weight file of a pretrained model; a model without one cannot be used as such. */
export function requireWeightFile(model: ModelDescription, weightFile: WeightFile | null): WeightFile {
  if (weightFile === null) {
    throw new GraftError('unavailable', `${model.name} has no weights here, and random ones are no pretrained model.`, { hint: `Give a weight file with --weights, or add one with "graft models add FILE".`, field: 'model' })
  }
  return weightFile
}
