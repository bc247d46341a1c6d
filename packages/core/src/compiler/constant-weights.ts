import { GraftError } from '@graft/contracts/errors'
import type { Layer, NetworkWeights } from '../network/description.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import { toOnnxLayout } from './weight-layout.ts'

/**
 * Weights as constants of a graph, in ONNX's layout; asked for twice a weight does not lie in the model twice. The function returns null for
 * an optional weight that the layer does not have, and throws `mismatch` for one that is missing.
 */
export function constantWeights(graph: OnnxGraph, weights: NetworkWeights): (layer: Layer, weightName: string) => string | null {
  const constants = new Map<string, string>()
  return (layer, weightName) => {
    const key = `${layer.name}/${weightName}`
    const known = constants.get(key)
    if (known !== undefined) return known
    const tensor = weights.get(layer.name)?.[weightName]
    if (tensor === undefined) {
      const isOptional = weightName === 'gamma' || weightName === 'beta' || (weightName === 'bias' && 'useBias' in layer && !layer.useBias)
      if (isOptional) return null
      throw new GraftError('mismatch', `There is no weight ${weightName} for layer ${layer.name}.`, { hint: 'Load a weight file that fits the architecture.' })
    }
    const { shape, data } = toOnnxLayout(weightName, tensor)
    const constant = graph.floats(data, shape)
    constants.set(key, constant)
    return constant
  }
}
