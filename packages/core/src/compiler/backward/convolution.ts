import { inputShape } from '../layer-operations.ts'
import { windowPads } from '../window-padding.ts'
import { activationGradient } from './activation.ts'
import { convolutionInputGradient } from './convolution-input-gradient.ts'
import { convolutionKernelGradient } from './convolution-kernel-gradient.ts'
import type { Gradient } from './gradient-context.ts'
import { zerosAfter } from './zeros-after.ts'
import type { Convolution } from './window-taps.ts'

export const convolutionGradient: Gradient<'convolution'> = (layer, gradient, context) => {
  const { graph } = context
  const [source] = layer.inputs as readonly [string]
  const inner = activationGradient(layer, gradient, context)
  const [rows, columns, channels] = inputShape(layer, context) as readonly [number, number, number]
  const [toRows, toColumns] = context.shapes.get(layer.name) as readonly [number, number]
  const pads = windowPads([rows, columns], { ...layer, size: layer.kernel })
  const convolution: Convolution = { ...layer, pads, from: [rows, columns], to: [toRows, toColumns], channels }
  const kernelGradient = convolutionKernelGradient(graph, convolution, context.value(source), inner)
  const inputGradient = (): string => convolutionInputGradient(graph, convolution, { gradient: inner, kernel: context.weight(layer, 'kernel')!, bias: zerosAfter(graph, [kernelGradient], channels) })
  return {
    inputs: [context.needsGradient(source) ? inputGradient() : null],
    weights: {
      kernel: [kernelGradient],
      ...(layer.useBias ? { bias: [graph.node('ReduceSum', [inner, graph.integers([0, 2, 3])], { keepdims: 0 })] } : {}),
    },
  }
}
