import { activationGradient } from './activation.ts'
import { convolutionInputGradient } from './convolution-input-gradient.ts'
import { convolutionKernelGradient } from './convolution-kernel-gradient.ts'
import { depthwiseInputGradient, depthwiseKernelGradient, depthwiseWindow } from './depthwise-convolution.ts'
import type { Gradient } from './gradient-context.ts'
import { zerosAfter } from './zeros-after.ts'
import type { Convolution } from './window-taps.ts'

/** A depthwise convolution, then a convolution of single pixels. */
export const separableConvolutionGradient: Gradient<'separable-convolution'> = (layer, gradient, context) => {
  const { graph } = context
  const [source] = layer.inputs as readonly [string]
  const inner = activationGradient(layer, gradient, context)
  const [rows, columns] = context.shapes.get(layer.name) as readonly [number, number]
  const window = depthwiseWindow(layer, context, [rows, columns])
  const pixels = [rows, columns] as const
  const pointwise: Convolution = { kernel: [1, 1], strides: [1, 1], dilation: [1, 1], pads: [0, 0, 0, 0], from: pixels, to: pixels, channels: window.from[2]! * window.multiplier, filters: layer.filters }
  const pointwiseGradient = convolutionKernelGradient(graph, pointwise, context.keptValue(layer, 'depthwise'), inner)
  const between = convolutionInputGradient(graph, pointwise, { gradient: inner, kernel: context.weight(layer, 'pointwise_kernel')!, bias: zerosAfter(graph, [pointwiseGradient], pointwise.channels) })
  return {
    inputs: [context.needsGradient(source) ? depthwiseInputGradient(graph, between, context.weight(layer, 'depthwise_kernel')!, window, context.forWebgpu) : null],
    weights: {
      depthwise_kernel: [depthwiseKernelGradient(graph, between, context.value(source), window)],
      pointwise_kernel: [pointwiseGradient],
      ...(layer.useBias ? { bias: [graph.node('ReduceSum', [inner, graph.integers([0, 2, 3])], { keepdims: 0 })] } : {}),
    },
  }
}
