import { GraftError } from '@graft/contracts/errors'
import { denseInputs, inputShape } from '../layer-operations.ts'
import { activationGradient } from './activation.ts'
import type { Gradient } from './gradient-context.ts'

/** y = x W + b: dx = dy W', dW = x' dy, db = the sum of dy over the batch. Transposes happen inside Gemm, without a copy. */
export const denseGradient: Gradient<'dense'> = (layer, gradient, context) => {
  if (inputShape(layer, context).length !== 1) {
    throw new GraftError('unsupported', `Dense layer ${layer.name} works on images; its gradient is known for vectors only.`, { hint: 'Put a flatten layer before it.' })
  }
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
