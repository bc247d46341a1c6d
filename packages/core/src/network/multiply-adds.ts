import type { Layer, Network } from './description.ts'
import { elementCount } from './output-shape.ts'
import { layerShapes } from './shapes.ts'

/** Multiplications with addition that a network takes for one sample: convolutions and dense layers, beside which the rest is small. */
export function multiplyAdds(network: Network): number {
  const shapes = layerShapes(network)
  return network.layers.reduce((sum, layer) => sum + ofLayer(layer, shapes.get(layer.inputs[0] ?? '') ?? [], shapes.get(layer.name)!), 0)
}

function ofLayer(layer: Layer, input: readonly number[], output: readonly number[]): number {
  const channels = input.at(-1) ?? 0
  switch (layer.kind) {
    case 'convolution':
      return elementCount(output) * elementCount(layer.kernel) * channels
    case 'depthwise-convolution':
      return elementCount(output) * elementCount(layer.kernel)
    case 'separable-convolution': {
      const pixels = elementCount(output.slice(0, 2))
      return pixels * channels * layer.depthMultiplier * (elementCount(layer.kernel) + layer.filters)
    }
    case 'dense':
      return elementCount(output) * channels
    default:
      return 0
  }
}
