import { GraftError } from '@graft/contracts/errors'
import type { Layer, Network, NetworkWeights } from '../network/description.ts'
import { layerShapes } from '../network/shapes.ts'

export interface WeightedNetwork {
  network: Network
  weights: NetworkWeights
}

/**
 * One network out of a trunk and the head that was trained on its pooled output: the head's input becomes a global pooling of the
 * trunk. Head layers whose names the trunk has already are called `head/<name>`.
 */
export function joinNetworks(trunk: WeightedNetwork, pooling: 'average' | 'max' | 'none', head: WeightedNetwork): WeightedNetwork {
  const taken = new Set(trunk.network.layers.map((layer) => layer.name))
  const [input, ...layers] = head.network.layers
  if (input?.kind !== 'input') throw new GraftError('mismatch', 'The head does not begin with an input layer.')
  const joint = pooling === 'none' ? [] : [poolingLayer(trunk.network, pooling)]
  const feature = joint[0]?.name ?? trunk.network.output
  const renamed = new Map(layers.map((layer) => [layer.name, taken.has(layer.name) ? `head/${layer.name}` : layer.name]))
  renamed.set(input.name, feature)
  const rename = (name: string): string => renamed.get(name) ?? name
  const network: Network = {
    name: `${trunk.network.name}_graft`,
    layers: [...trunk.network.layers, ...joint, ...layers.map((layer): Layer => ({ ...layer, name: rename(layer.name), inputs: layer.inputs.map(rename) }))],
    output: rename(head.network.output),
  }
  const length = layerShapes({ ...network, output: feature }).get(feature)?.[0]
  if (length !== input.shape[0]) throw new GraftError('mismatch', `The head takes ${input.shape[0]} features, the trunk gives ${length}.`, { hint: 'The trained weights belong to another model.' })
  const weights = new Map(trunk.weights)
  for (const [name, tensors] of head.weights) weights.set(rename(name), tensors)
  return { network, weights }
}

function poolingLayer(trunk: Network, pooling: 'average' | 'max'): Layer {
  return { kind: pooling === 'average' ? 'global-average-pooling' : 'global-max-pooling', name: 'graft_pooling', inputs: [trunk.output], keepDimensions: false }
}
