import { GraftError } from '@graft/contracts/errors'
import type { Activation, Layer } from '../../network/description.ts'
import type { Gradient, GradientContext } from './gradient-context.ts'

/**
 * Gradient by what goes into an activation, from the gradient by what comes out. For the softmax at the network's end the
 * loss already gives the gradient by the logits (see loss.ts), so it passes through.
 */
export function activationGradient(layer: Layer & { readonly activation: Activation }, gradient: string, context: GradientContext): string {
  const { graph } = context
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
    case 'elu':
    case 'swish':
    case 'gelu':
    case 'sigmoid':
    case 'tanh':
      throw new GraftError('unsupported', `Layer ${layer.name} cannot be trained through yet: its activation is ${layer.activation}.`)
    case 'softmax': {
      if (layer.name === context.network.output) return gradient
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
