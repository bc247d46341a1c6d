import type { Layer, LayerKind } from '../../network/description.ts'
import { activationLayerGradient } from './activation.ts'
import { batchNormalizationGradient } from './batch-normalization.ts'
import { convolutionGradient } from './convolution.ts'
import { denseGradient } from './dense.ts'
import { depthwiseConvolutionGradient } from './depthwise-convolution.ts'
import type { Gradient, GradientContext, LayerGradients } from './gradient-context.ts'
import { averagePoolingGradient, globalAveragePoolingGradient, globalMaxPoolingGradient, maxPoolingGradient } from './pooling.ts'
import { addGradient, concatenateGradient, dropoutGradient, reshapeGradient, zeroPaddingGradient } from './rearranging.ts'
import { separableConvolutionGradient } from './separable-convolution.ts'

/** The gradient of each kind of layer; nothing flows back into the input. */
const gradients: { readonly [Kind in Exclude<LayerKind, 'input'>]: Gradient<Kind> } = {
  activation: activationLayerGradient,
  'batch-normalization': batchNormalizationGradient,
  dense: denseGradient,
  convolution: convolutionGradient,
  'depthwise-convolution': depthwiseConvolutionGradient,
  'separable-convolution': separableConvolutionGradient,
  'max-pooling': maxPoolingGradient,
  'average-pooling': averagePoolingGradient,
  'global-average-pooling': globalAveragePoolingGradient,
  'global-max-pooling': globalMaxPoolingGradient,
  add: addGradient,
  concatenate: concatenateGradient,
  'zero-padding': zeroPaddingGradient,
  flatten: reshapeGradient,
  reshape: reshapeGradient,
  dropout: dropoutGradient,
}

/**
 * Adds the reverse of the whole network: from the gradient by the output layer's logits to the gradients by the blocks
 * of all trainable weights, keyed `layer/weight`. A value that goes several ways gets the sum of what comes back.
 */
export function emitGradients(logitsGradient: string, context: GradientContext): Map<string, readonly string[]> {
  const byOutput = new Map<string, string>([[context.network.output, logitsGradient]])
  const byWeight = new Map<string, readonly string[]>()
  for (const layer of context.network.layers.toReversed()) {
    const gradient = byOutput.get(layer.name)
    if (layer.kind === 'input' || gradient === undefined || !context.needsGradient(layer.name)) continue
    const { inputs, weights } = layerGradient(layer, gradient, context)
    for (const [weightName, blocks] of Object.entries(weights)) byWeight.set(`${layer.name}/${weightName}`, blocks)
    for (const [index, source] of layer.inputs.entries()) {
      const value = inputs[index] ?? null
      if (value === null || !context.needsGradient(source)) continue
      const before = byOutput.get(source)
      byOutput.set(source, before === undefined ? value : context.graph.node('Add', [before, value]))
    }
  }
  return byWeight
}

function layerGradient(layer: Exclude<Layer, { kind: 'input' }>, gradient: string, context: GradientContext): LayerGradients {
  // The table is keyed by the layer's own kind, which TypeScript cannot follow through the union.
  const rule = gradients[layer.kind] as (layer: Layer, gradient: string, context: GradientContext) => LayerGradients
  return rule(layer, gradient, context)
}
