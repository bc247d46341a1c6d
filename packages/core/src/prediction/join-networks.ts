import { GraftError } from '@graft/contracts/errors'
import type { Layer, Network, NetworkWeights } from '../network/description.ts'
import { layerShapes } from '../network/shapes.ts'

export interface WeightedNetwork {
  network: Network
  weights: NetworkWeights
}

/**
 * One network out of a trunk and what was trained on its output. A head's input becomes a global pooling of the trunk, or with
 * pooling `none` its flattened output; a fine-tuned tail's input becomes the output itself. Layers whose names the trunk has
 * already are called `head/<name>`. Throws `mismatch` where the shapes do not fit.
 */
export function joinNetworks(trunk: WeightedNetwork, pooling: 'average' | 'max' | 'none', head: WeightedNetwork): WeightedNetwork {
  const taken = new Set(trunk.network.layers.map((layer) => layer.name))
  const [input, ...layers] = head.network.layers
  if (input?.kind !== 'input') throw new GraftError('mismatch', 'The head does not begin with an input layer.')
  const joint = jointLayers(trunk.network, pooling, input.shape)
  const feature = joint[0]?.name ?? trunk.network.output
  const renamed = new Map(layers.map((layer) => [layer.name, taken.has(layer.name) ? `head/${layer.name}` : layer.name]))
  renamed.set(input.name, feature)
  const rename = (name: string): string => renamed.get(name) ?? name
  const network: Network = {
    name: `${trunk.network.name}_graft`,
    layers: [...trunk.network.layers, ...joint, ...layers.map((layer): Layer => ({ ...layer, name: rename(layer.name), inputs: layer.inputs.map(rename) }))],
    output: rename(head.network.output),
  }
  const given = layerShapes({ ...network, output: feature }).get(feature) ?? []
  if (given.join() !== input.shape.join()) throw new GraftError('mismatch', `What was trained takes ${input.shape.join(' x ')} features, the trunk gives ${given.join(' x ')}.`, { hint: 'The trained weights belong to another model.' })
  const weights = new Map(trunk.weights)
  for (const [name, tensors] of head.weights) weights.set(rename(name), tensors)
  return { network, weights }
}

function jointLayers(trunk: Network, pooling: 'average' | 'max' | 'none', wanted: readonly number[]): Layer[] {
  const isImage = layerShapes(trunk).get(trunk.output)?.length === 3
  if (pooling !== 'none') return [{ kind: pooling === 'average' ? 'global-average-pooling' : 'global-max-pooling', name: 'graft_pooling', inputs: [trunk.output], keepDimensions: false }]
  return isImage && wanted.length === 1 ? [{ kind: 'flatten', name: 'graft_flatten', inputs: [trunk.output] }] : []
}
