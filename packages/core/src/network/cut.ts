import { GraftError } from '@graft/contracts/errors'
import type { Network } from './description.ts'
import { kerasOrder } from './order.ts'

/**
 * The part of a network up to and including `layerName`, which becomes its output: Keras's `Model(model.input,
 * model.get_layer(layerName).output)`. Throws `not_found` with the names that come near.
 */
export function cutNetwork(network: Network, layerName: string): Network {
  if (network.output === layerName) return network
  if (!network.layers.some((layer) => layer.name === layerName)) {
    const names = network.layers.map((layer) => layer.name)
    const near = names.filter((name) => name.toLowerCase().includes(layerName.toLowerCase()) && layerName !== '')
    throw new GraftError('not_found', `${network.name} has no layer ${JSON.stringify(layerName)}.`, {
      hint: near.length > 0 ? `Did you mean ${near.slice(0, 5).join(', ')}?` : `Its last layers are ${names.slice(-5).join(', ')}.`,
      field: 'layer',
    })
  }
  return { name: network.name, layers: kerasOrder(network.layers, layerName), output: layerName }
}
