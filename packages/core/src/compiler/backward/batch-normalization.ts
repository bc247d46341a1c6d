import { inputShape } from '../layer-operations.ts'
import type { Gradient } from './gradient-context.ts'

/**
 * By the batch's statistics, which the input also goes into: dx = gamma / s (dy - mean dy - n mean(dy n)), n the normalized input and
 * s its deviation (Ioffe and Szegedy 2015). By fixed statistics: dx = gamma / s dy. Sums go over all axes but the channels.
 */
export const batchNormalizationGradient: Gradient<'batch-normalization'> = (layer, gradient, context) => {
  const { graph } = context
  const [source] = layer.inputs as readonly [string]
  const isImage = inputShape(layer, context).length === 3
  const axes = isImage ? [0, 2, 3] : [0]
  const perChannel = (value: string): string => (isImage ? graph.node('Reshape', [value, graph.integers([-1, 1, 1])]) : value)
  const sum = (value: string): string => graph.node('ReduceSum', [value, graph.integers(axes)], { keepdims: 0 })
  const gamma = context.weight(layer, 'gamma')
  const byBatch = context.normalizesByBatch(layer)
  const deviation = byBatch ? context.keptValue(layer, 'deviation') : perChannel(graph.node('Sqrt', [graph.node('Add', [context.weight(layer, 'moving_variance')!, graph.scalar(layer.epsilon)])]))
  const normalized = (): string => (byBatch ? context.keptValue(layer, 'normalized') : graph.node('Div', [graph.node('Sub', [context.value(source), perChannel(context.weight(layer, 'moving_mean')!)]), deviation]))

  const inputGradient = (): string => {
    const scale = gamma === null ? graph.node('Div', [graph.scalar(1), deviation]) : graph.node('Div', [perChannel(gamma), deviation])
    if (!byBatch) return graph.node('Mul', [gradient, scale])
    const mean = (value: string): string => graph.node('ReduceMean', [value], { axes })
    const alongNormalized = graph.node('Mul', [normalized(), mean(graph.node('Mul', [gradient, normalized()]))])
    return graph.node('Mul', [graph.node('Sub', [graph.node('Sub', [gradient, mean(gradient)]), alongNormalized]), scale])
  }
  return {
    inputs: [context.needsGradient(source) ? inputGradient() : null],
    weights: {
      ...(layer.scale && { gamma: [sum(graph.node('Mul', [gradient, normalized()]))] }),
      ...(layer.center && { beta: [sum(gradient)] }),
    },
  }
}
