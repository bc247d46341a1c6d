import { weightSpecifications } from '../network/weight-specifications.ts'
import type { WeightedNetwork } from '../prediction/join-networks.ts'
import { kerasConfiguration } from './keras-configuration.ts'

/** The one shard beside `model.json`. */
export const tfjsShardName = 'weights.bin'

/**
 * A network as a tfjs layers model: `model.json`, which `tf.loadLayersModel` takes, and its weights as float32.
 */
export function writeTfjsLayers({ network, weights }: WeightedNetwork): { modelJson: string; shard: Uint8Array } {
  const entries = [...weightSpecifications(network)].flatMap(([layer, specifications]) => specifications.map(({ name }) => ({ name: `${layer}/${name}`, tensor: weights.get(layer)![name]! })))
  const shard = Buffer.concat(entries.map(({ tensor: { data } }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)))
  const modelJson = JSON.stringify({
    format: 'layers-model',
    generatedBy: 'Graft',
    convertedBy: null,
    modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: kerasConfiguration(network) },
    weightsManifest: [{ paths: [tfjsShardName], weights: entries.map(({ name, tensor }) => ({ name, shape: tensor.shape, dtype: 'float32' })) }],
  })
  return { modelJson, shard }
}
