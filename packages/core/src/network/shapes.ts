import { GraftError } from '@graft/contracts/errors'
import type { Network } from './description.ts'
import { outputShape } from './output-shape.ts'

/** Output shape of every layer per sample (no batch axis), in the network's order. */
export function layerShapes(network: Network): Map<string, number[]> {
  const shapes = new Map<string, number[]>()
  for (const layer of network.layers) {
    const inputs = layer.inputs.map((name) => {
      const shape = shapes.get(name)
      if (shape === undefined) throw new GraftError('mismatch', `Layer ${layer.name} of ${network.name} takes ${name}, which does not come before it.`)
      return shape
    })
    shapes.set(layer.name, outputShape(layer, inputs))
  }
  return shapes
}
