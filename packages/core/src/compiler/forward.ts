import { GraftError } from '@graft/contracts/errors'
import type { Preprocessing } from '@graft/contracts/model'
import { cutNetwork } from '../network/cut.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import { layerShapes } from '../network/shapes.ts'
import type { ForwardOptions } from '../runtime/runtime.ts'
import { constantWeights } from './constant-weights.ts'
import { foldBatchNormalization } from './fold-batch-normalization.ts'
import { foldPixels } from './fold-pixels.ts'
import { fromKerasOrder, toKerasOrder, valuesOnFirstUse, type LayerContext } from './layer-operations.ts'
import { OnnxGraph } from './onnx-graph.ts'
import { centrePixels, normalisePixels, pixelTransform } from './preprocessing-graph.ts'

/** Names of the graph's input and output. */
export const forwardInput = 'images'
export const forwardOutput = 'output'

/**
 * Compiles the forward pass of a network to an ONNX model.
 *
 * Input `images`: with preprocessing uint8 [N, height, width, 3] RGB, without it float32 [N, ...the network's input shape].
 * Output `output`: float32 [N, ...the layer's shape] in Keras's order (channels last), or [N, channels] when pooled. N is open.
 * Batch normalisation is folded with its moving statistics, dropout does nothing, as Keras's inference.
 * Throws `not_found` for an unknown layer, `mismatch` for weights or preprocessing that do not fit.
 */
export function compileForward(network: Network, weights: NetworkWeights, options: ForwardOptions): Uint8Array {
  const cut = cutNetwork(network, options.output ?? network.output)
  const folded = foldBatchNormalization(cut, weights)
  const graph = new OnnxGraph(network.name)
  const source = declareInput(graph, folded.network, folded.weights, options.preprocessing)
  const context = inferenceContext(graph, source.network, source.weights, source.value)

  const shape = context.shapes.get(source.network.output)!
  const value = context.value(source.network.output)
  const pooling = options.pooling ?? 'none'
  if (pooling !== 'none' && shape.length === 3) {
    const pooled = graph.node(pooling === 'average' ? 'GlobalAveragePool' : 'GlobalMaxPool', [value])
    graph.output(graph.node('Flatten', [pooled]), forwardOutput, 'float32', ['N', shape[2]!])
  } else {
    graph.output(toKerasOrder(graph, value, shape), forwardOutput, 'float32', ['N', ...shape])
  }
  return graph.toModel()
}

function declareInput(graph: OnnxGraph, network: Network, weights: NetworkWeights, preprocessing: Preprocessing | null): { network: Network; weights: NetworkWeights; value: string } {
  const [input] = network.layers
  if (input?.kind !== 'input') throw new GraftError('mismatch', `${network.name} does not begin with an input layer.`)
  if (preprocessing === null) {
    const given = graph.input(forwardInput, 'float32', ['N', ...input.shape])
    return { network, weights, value: input.shape.length === 3 ? fromKerasOrder(graph, given, input.shape) : given }
  }
  const transform = pixelTransform(preprocessing, network)
  const pixels = graph.input(forwardInput, 'uint8', ['N', ...input.shape])
  const folded = foldPixels(network, weights, transform)
  if (folded === null) return { network, weights, value: normalisePixels(graph, pixels, transform) }
  return { network: folded.network, weights: folded.weights, value: centrePixels(graph, pixels, folded.mean) }
}

/** Weights are constants, so that onnxruntime can lay them out in blocks for the processor. */
function inferenceContext(graph: OnnxGraph, network: Network, weights: NetworkWeights, input: string): LayerContext {
  const context: LayerContext = {
    graph,
    network,
    layers: new Map(network.layers.map((layer) => [layer.name, layer])),
    shapes: layerShapes(network),
    mergesZeroPadding: true,
    training: false,
    forWebgpu: false,
    normalizesByBatch: () => false,
    update: () => undefined,
    keep: () => undefined,
    kept: () => null,
    dropout: (_, value) => value,
    weight: constantWeights(graph, weights),
    kernelBlocks: (layer) => [{ value: context.weight(layer, 'kernel')!, rows: context.shapes.get(layer.inputs[0]!)![0]! }],
    value: valuesOnFirstUse(network, input, () => context),
  }
  return context
}
