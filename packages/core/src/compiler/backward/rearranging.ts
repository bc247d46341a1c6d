import { fromKerasOrder, inputShape, toKerasOrder } from '../layer-operations.ts'
import type { Gradient } from './gradient-context.ts'

/** Layers that move values without changing them: their gradients move back. */

export const addGradient: Gradient<'add'> = (layer, gradient) => ({ inputs: layer.inputs.map(() => gradient), weights: {} })

export const concatenateGradient: Gradient<'concatenate'> = (layer, gradient, context) => {
  const channels = layer.inputs.map((name) => context.shapes.get(name)!.at(-1)!)
  return { inputs: context.graph.nodes('Split', [gradient, context.graph.integers(channels)], channels.length, { axis: 1 }), weights: {} }
}

export const zeroPaddingGradient: Gradient<'zero-padding'> = (layer, gradient, context) => {
  const { graph } = context
  const [height, width] = inputShape(layer, context) as readonly [number, number]
  const [[top], [left]] = layer.padding
  return { inputs: [graph.node('Slice', [gradient, graph.integers([top, left]), graph.integers([top + height, left + width]), graph.integers([2, 3])])], weights: {} }
}

export const reshapeGradient: Gradient<'flatten' | 'reshape'> = (layer, gradient, context) => {
  const ordered = toKerasOrder(context.graph, gradient, context.shapes.get(layer.name)!)
  return { inputs: [fromKerasOrder(context.graph, ordered, inputShape(layer, context))], weights: {} }
}

export const dropoutGradient: Gradient<'dropout'> = (layer, gradient, context) => ({
  inputs: [context.graph.node('Mul', [gradient, context.keptValue(layer, 'mask')])],
  weights: {},
})
