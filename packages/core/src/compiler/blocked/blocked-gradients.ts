import type { Layer, LayerKind } from '../../network/description.ts'
import { activationGradient } from '../backward/activation.ts'
import type { LayerGradients } from '../backward/gradient-context.ts'
import type { LayerOf } from '../layer-operations.ts'
import { batchNormalizationGradientInBlocks } from './blocked-batch-normalization.ts'
import type { BlockedContext } from './blocked-context.ts'
import { averagePoolingGradientInBlocks } from './blocked-average-pooling.ts'
import { convolutionGradientInBlocks, depthwiseGradientInBlocks, separableGradientInBlocks } from './blocked-convolution-gradient.ts'

type BlockedGradient<Kind extends LayerKind> = (layer: LayerOf<Kind>, gradient: string, context: BlockedContext) => LayerGradients

/** The gradients of layers that are computed in blocks: from gradients in blocks to gradients in blocks. */
const gradients = {
  convolution: (layer, gradient, context) => convolutionGradientInBlocks(layer, activationGradient(layer, gradient, context), context),
  'depthwise-convolution': (layer, gradient, context) => depthwiseGradientInBlocks(layer, activationGradient(layer, gradient, context), context),
  'separable-convolution': (layer, gradient, context) => separableGradientInBlocks(layer, activationGradient(layer, gradient, context), context),
  'batch-normalization': batchNormalizationGradientInBlocks,
  activation: (layer, gradient, context) => ({ inputs: [activationGradient(layer, gradient, context)], weights: {} }),
  add: (layer, gradient) => ({ inputs: layer.inputs.map(() => gradient), weights: {} }),
  concatenate: (layer, gradient, context) => {
    const channels = layer.inputs.map((name) => context.shapes.get(name)![2]!)
    return { inputs: context.graph.nodes('Split', [gradient, context.graph.integers(channels)], channels.length, { axis: 1 }), weights: {} }
  },
  'average-pooling': averagePoolingGradientInBlocks,
  // The convolution after it took its gradient back over the padding already.
  'zero-padding': (_, gradient) => ({ inputs: [gradient], weights: {} }),
} satisfies { [Kind in LayerKind]?: BlockedGradient<Kind> }

export function layerGradientInBlocks(layer: Layer, gradient: string, context: BlockedContext): LayerGradients {
  // The table is keyed by the layer's own kind, which TypeScript cannot follow through the union.
  const rule = gradients[layer.kind as keyof typeof gradients] as (layer: Layer, gradient: string, context: BlockedContext) => LayerGradients
  return rule(layer, gradient, context)
}
