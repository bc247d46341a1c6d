import type { Activation, Layer } from '../../network/description.ts'
import type { BlockedContext } from '../blocked/blocked-context.ts'
import { normalDistribution } from '../layer-operations.ts'
import type { Gradient, GradientContext } from './gradient-context.ts'

/**
 * Gradient by what goes into an activation, from the gradient by what comes out. At the network's end the loss
 * already gives the gradient by the logits (see losses/loss.ts), so it passes through.
 */
export function activationGradient(layer: Layer & { readonly activation: Activation }, gradient: string, context: GradientContext): string {
  const { graph } = context
  if (layer.name === context.network.output) return gradient
  const one = graph.scalar(1)
  switch (layer.activation) {
    case 'linear':
      return gradient
    case 'relu':
    case 'relu6':
      return graph.node('Mul', [gradient, context.kept(layer, 'slope')?.[0] ?? passingSlope(layer, context)])
    case 'elu': {
      // Below zero the slope is exp(x): the output plus one.
      const output = context.value(layer.name)
      return graph.node('Mul', [gradient, graph.node('Min', [graph.node('Add', [output, one]), one])])
    }
    case 'sigmoid': {
      const output = context.value(layer.name)
      return graph.node('Mul', [gradient, graph.node('Mul', [output, graph.node('Sub', [one, output])])])
    }
    case 'tanh': {
      const output = context.value(layer.name)
      return graph.node('Mul', [gradient, graph.node('Sub', [one, graph.node('Mul', [output, output])])])
    }
    case 'swish': {
      // x s(x): its slope is s (1 + x (1 - s)).
      const input = context.keptValue(layer, 'preactivation')
      const share = graph.node('Sigmoid', [input])
      const slope = graph.node('Mul', [share, graph.node('Add', [one, graph.node('Mul', [input, graph.node('Sub', [one, share])])])])
      return graph.node('Mul', [gradient, slope])
    }
    case 'gelu': {
      // x P(x), with the normal distribution's P and density p: its slope is P + x p.
      const input = context.keptValue(layer, 'preactivation')
      const scaled = graph.node('Mul', [input, graph.scalar(Math.SQRT1_2)])
      const density = graph.node('Mul', [graph.scalar(1 / Math.sqrt(2 * Math.PI)), graph.node('Exp', [graph.node('Neg', [graph.node('Mul', [scaled, scaled])])])])
      return graph.node('Mul', [gradient, graph.node('Add', [normalDistribution(graph, input), graph.node('Mul', [input, density])])])
    }
    case 'softmax': {
      const output = context.value(layer.name)
      const product = graph.node('Mul', [gradient, output])
      const total = graph.node('ReduceSum', [product, graph.integers([1])], { keepdims: 1 })
      return graph.node('Sub', [product, graph.node('Mul', [output, total])])
    }
  }
}

/** One where a relu or relu6 passes its input on, else zero. Multiplied with it, because onnxruntime's Where takes 1.2 times as long. */
function passingSlope(layer: Layer & { readonly activation: Activation }, context: GradientContext): string {
  const { graph } = context
  const output = context.value(layer.name)
  // The output is above zero exactly where the input is; TensorFlow's gradient at zero (and at six) is zero.
  const isPositive = graph.node('Greater', [output, graph.scalar(0)])
  const passes = layer.activation === 'relu' ? isPositive : graph.node('And', [isPositive, graph.node('Less', [output, graph.scalar(6)])])
  return graph.node('Cast', [passes], { to: 1 })
}

/**
 * Writes down the slopes of a layer before anything of the reverse is. onnxruntime computes what was written later first: written beside
 * the gradients, the slopes of all layers would be computed before the first gradient, and kept. `blocked`: where the layer is computed in blocks.
 */
export function prepareActivationGradient(layer: Layer, context: GradientContext, blocked: BlockedContext | null): void {
  if (layer.name === context.network.output || !('activation' in layer) || (layer.activation !== 'relu' && layer.activation !== 'relu6')) return
  const slope = blocked !== null && layer.activation === 'relu' ? blocked.images.isPositive(blocked.value(layer.name), context.shapes.get(layer.name)![2]!) : passingSlope(layer, blocked ?? context)
  context.keep(layer, 'slope', [slope])
}

export const activationLayerGradient: Gradient<'activation'> = (layer, gradient, context) => ({
  inputs: [activationGradient(layer, gradient, context)],
  weights: {},
})
