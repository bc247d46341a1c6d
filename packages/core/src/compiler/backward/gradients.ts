import type { Layer, LayerKind } from '../../network/description.ts'
import type { BlockedContext } from '../blocked/blocked-context.ts'
import { layerGradientInBlocks } from '../blocked/blocked-gradients.ts'
import { stateShape } from '../weight-layout.ts'
import { activationLayerGradient, prepareActivationGradient } from './activation.ts'
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

/** A gradient by a layer's output, in the layout that it came in. */
interface Flow {
  readonly value: string
  readonly isInBlocks: boolean
}

/**
 * Adds the reverse of the whole network: from the gradient by the output layer's logits to the gradients by the blocks
 * of all trainable weights, keyed `layer/weight`. A value that goes several ways gets the sum of what comes back. Layers that are computed
 * on images in blocks get and give their gradients in blocks.
 */
export function emitGradients(logitsGradient: string, context: GradientContext & { readonly blocked?: BlockedContext | null }): Map<string, readonly string[]> {
  const { blocked = null } = context
  const byOutput = new Map<string, Flow>([[context.network.output, { value: logitsGradient, isInBlocks: false }]])
  const byWeight = new Map<string, readonly string[]>()
  for (const layer of context.network.layers) {
    if (context.needsGradient(layer.name)) prepareActivationGradient(layer, context, blocked?.computesInBlocks(layer.name) ? blocked : null)
  }
  for (const layer of context.network.layers.toReversed()) {
    const flow = byOutput.get(layer.name)
    if (layer.kind === 'input' || flow === undefined || !context.needsGradient(layer.name)) continue
    const isInBlocks = blocked?.computesInBlocks(layer.name) ?? false
    const gradient = inLayout(flow, isInBlocks, layer.name, context)
    const { inputs, weights } = isInBlocks ? layerGradientInBlocks(layer, gradient, blocked!) : layerGradient(layer, gradient, context)
    for (const [weightName, blocks] of Object.entries(weights)) byWeight.set(`${layer.name}/${weightName}`, inStateShape(weightName, blocks, layer, context))
    for (const [index, source] of layer.inputs.entries()) {
      const value = inputs[index] ?? null
      if (value === null || !context.needsGradient(source)) continue
      const before = byOutput.get(source)
      const flows = { value, isInBlocks }
      byOutput.set(source, before === undefined ? flows : sumOf(before, flows, source, context))
    }
  }
  return byWeight
}

/** A convolution's kernel as the state keeps it. */
function inStateShape(weightName: string, blocks: readonly string[], layer: Layer, { graph, weightShape }: GradientContext): readonly string[] {
  const shape = weightShape(layer, weightName)
  return shape.length === 4 ? blocks.map((value) => graph.node('Reshape', [value, graph.integers(stateShape(shape))])) : blocks
}

function sumOf(before: Flow, after: Flow, layerName: string, context: Parameters<typeof emitGradients>[1]): Flow {
  const isInBlocks = before.isInBlocks || after.isInBlocks
  const both = [before, after].map((flow) => inLayout(flow, isInBlocks, layerName, context))
  return { value: context.graph.node('Add', both), isInBlocks }
}

function inLayout({ value, isInBlocks }: Flow, inBlocks: boolean, layerName: string, { blocked, shapes }: Parameters<typeof emitGradients>[1]): string {
  const channels = shapes.get(layerName)!.at(-1)!
  if (isInBlocks === inBlocks) return value
  return inBlocks ? blocked!.images.fromImage(value, channels) : blocked!.images.toImage(value, channels)
}

function layerGradient(layer: Exclude<Layer, { kind: 'input' }>, gradient: string, context: GradientContext): LayerGradients {
  // The table is keyed by the layer's own kind, which TypeScript cannot follow through the union.
  const rule = gradients[layer.kind] as (layer: Layer, gradient: string, context: GradientContext) => LayerGradients
  return rule(layer, gradient, context)
}
