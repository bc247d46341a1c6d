import { GraftError } from '@graft/contracts/errors'
import type { Layer, Network, NetworkWeights } from '../network/description.ts'
import { layerShapes } from '../network/shapes.ts'
import type { WeightedNetwork } from '../prediction/join-networks.ts'

/**
 * What comes after `cut` in a network (trunk and head), as a network of its own: its input carries the name and the shape of the
 * cut's output. `cut` must be a single-tensor point. The whole network, unchanged, where it is the input layer.
 */
export function tailNetwork(whole: Network, cut: string): Network {
  const index = whole.layers.findIndex(({ name }) => name === cut)
  const shape = layerShapes(whole).get(cut)
  if (shape === undefined) throw new GraftError('internal', `${whole.name} has no layer ${cut} to cut at.`)
  if (index === 0) return whole
  const input: Layer = { kind: 'input', name: cut, inputs: [], shape }
  return { name: whole.name, layers: [input, ...whole.layers.slice(index + 1)], output: whole.output }
}

/** The weights that the layers of `network` have in `weights`, which may hold those of more layers. */
export function weightsOf(network: Network, weights: NetworkWeights): NetworkWeights {
  return new Map(network.layers.flatMap(({ name }) => (weights.has(name) ? [[name, weights.get(name)!] as const] : [])))
}

/** `tailNetwork` with its weights. */
export function weightedTail(whole: WeightedNetwork, cut: string): WeightedNetwork {
  const network = tailNetwork(whole.network, cut)
  return { network, weights: weightsOf(network, whole.weights) }
}
