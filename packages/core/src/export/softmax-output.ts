import { hasOneOutput } from '../network/class-probabilities.ts'
import type { Layer, Tensor } from '../network/description.ts'
import type { WeightedNetwork } from '../prediction/join-networks.ts'

/**
 * A network of two classes by one sigmoid as one with a softmax over both, so that every exported file has a column for each label:
 * the sigmoid of z is the second of the softmax of (0, z). Other networks come back as they are.
 */
export function withSoftmaxOutput(whole: WeightedNetwork): WeightedNetwork {
  const { network, weights } = whole
  const last = network.layers.find(({ name }) => name === network.output)!
  if (!hasOneOutput(network) || last.kind !== 'dense') return whole
  const widened: Layer = { ...last, units: 2, activation: 'softmax' }
  const own = Object.fromEntries(Object.entries(weights.get(last.name)!).map(([name, { shape, data }]): [string, Tensor] => [name, { shape: [...shape.slice(0, -1), 2], data: Float32Array.from({ length: 2 * data.length }, (_, index) => (index % 2 === 1 ? data[index >> 1]! : 0)) }]))
  return { network: { ...network, layers: network.layers.map((layer) => (layer === last ? widened : layer)) }, weights: new Map(weights).set(last.name, own) }
}
