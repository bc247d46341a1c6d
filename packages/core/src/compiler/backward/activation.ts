import type { Activation, Layer } from '../../network/description.ts'
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
      // The output is above zero exactly where the input is; TensorFlow's gradient at zero is zero.
      return graph.node('Where', [graph.node('Greater', [context.value(layer.name), graph.scalar(0)]), gradient, graph.scalar(0)])
    case 'relu6': {
      const output = context.value(layer.name)
      const isInside = graph.node('And', [graph.node('Greater', [output, graph.scalar(0)]), graph.node('Less', [output, graph.scalar(6)])])
      return graph.node('Where', [isInside, gradient, graph.scalar(0)])
    }
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

export const activationLayerGradient: Gradient<'activation'> = (layer, gradient, context) => ({
  inputs: [activationGradient(layer, gradient, context)],
  weights: {},
})
