import { denseInputs, fromKerasOrder, inputShape, toKerasOrder } from '../layer-operations.ts'
import { activationGradient } from './activation.ts'
import type { Gradient } from './gradient-context.ts'

/** y = x W + b: dx = dy W', dW = x' dy, db = the sum of dy over the batch. Transposes happen inside Gemm, without a copy. */
export const denseGradient: Gradient<'dense'> = (layer, gradient, context) => {
  if (inputShape(layer, context).length !== 1) return pixelwiseGradient(layer, gradient, context)
  const { graph } = context
  const [source] = layer.inputs as readonly [string]
  const inner = activationGradient(layer, gradient, context)
  const inputGradient = (): string => {
    const columns = context.kernelBlocks(layer).map(({ value }) => graph.node('Gemm', [inner, value], { transB: 1 }))
    return columns.length === 1 ? columns[0]! : graph.node('Concat', columns, { axis: 1 })
  }
  return {
    inputs: [context.needsGradient(source) ? inputGradient() : null],
    weights: {
      kernel: denseInputs(layer, context).map((input) => graph.node('Gemm', [input, inner], { transA: 1 })),
      ...(layer.useBias ? { bias: [graph.node('ReduceSum', [inner, graph.integers([0])], { keepdims: 0 })] } : {}),
    },
  }
}

/** On an image the same product is applied to the channels of every pixel: all pixels of the batch are rows. */
const pixelwiseGradient: Gradient<'dense'> = (layer, gradient, context) => {
  const { graph } = context
  const [source] = layer.inputs as readonly [string]
  const shape = inputShape(layer, context)
  const rows = (value: string, of: readonly number[]): string => graph.node('Reshape', [toKerasOrder(graph, value, of), graph.integers([-1, of.at(-1)!])])
  const inner = rows(activationGradient(layer, gradient, context), context.shapes.get(layer.name)!)
  return {
    inputs: [context.needsGradient(source) ? fromKerasOrder(graph, graph.node('Gemm', [inner, context.weight(layer, 'kernel')!], { transB: 1 }), shape) : null],
    weights: {
      kernel: [graph.node('Gemm', [rows(context.value(source), shape), inner], { transA: 1 })],
      ...(layer.useBias ? { bias: [graph.node('ReduceSum', [inner, graph.integers([0])], { keepdims: 0 })] } : {}),
    },
  }
}
