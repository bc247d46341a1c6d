import { GraftError } from '@graft/contracts/errors'
import type { Preprocessing } from '@graft/contracts/model'
import type { Network } from '../network/description.ts'
import { fromKerasOrder } from './layer-operations.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import { normalisePixels, pixelTransform } from './preprocessing-graph.ts'

/** Declares the graph's input `samples`: [n, ...the network's input shape], uint8 pixels where there is preprocessing. */
export function declareSamples(graph: OnnxGraph, network: Network, preprocessing: Preprocessing | null): string {
  return graph.input('samples', preprocessing === null ? 'float32' : 'uint8', ['n', ...inputLayerShape(network)])
}

/** Samples as the network's first layer takes them: normalised, channels first. */
export function networkInput(graph: OnnxGraph, network: Network, samples: string, preprocessing: Preprocessing | null): string {
  if (preprocessing !== null) return normalisePixels(graph, samples, pixelTransform(preprocessing, network))
  const shape = inputLayerShape(network)
  return shape.length === 3 ? fromKerasOrder(graph, samples, shape) : samples
}

/** Shape of one sample in Keras's order. */
export function inputLayerShape(network: Network): readonly number[] {
  const [input] = network.layers
  if (input?.kind !== 'input') throw new GraftError('mismatch', `${network.name} does not begin with an input layer.`)
  return input.shape
}
