import type { Gradient } from '../backward/gradient-context.ts'
import { movedStatistic, type LayerOf } from '../layer-operations.ts'
import type { BlockedContext } from './blocked-context.ts'
import type { FusedActivation } from './blocked-images.ts'

/** activation(BN(x) + sum) in one pass once the statistics are known: scale and shift of each channel. */
export function normalizedInBlocks(layer: LayerOf<'batch-normalization'>, context: BlockedContext, o: { readonly sum?: string; readonly activation?: FusedActivation }): string {
  const { graph, images } = context
  const channels = context.shapes.get(layer.name)![2]!
  const [source] = layer.inputs as readonly [string]
  const { mean, deviation } = context.normalizesByBatch(layer) ? ofBatch(layer, context) : ofMoving(layer, context)
  context.keep(layer, 'mean', [mean])
  context.keep(layer, 'deviation', [deviation])
  const gamma = context.weight(layer, 'gamma')
  const beta = context.weight(layer, 'beta')
  const scale = gamma === null ? graph.node('Div', [graph.scalar(1), deviation]) : graph.node('Div', [images.fill(gamma, channels), deviation])
  context.keep(layer, 'scale', [scale])
  const moved = graph.node('Mul', [mean, scale])
  const shift = beta === null ? graph.node('Neg', [moved]) : graph.node('Sub', [images.fill(beta, channels), moved])
  return images.affine(context.value(source), channels, { scale, shift, ...o })
}

interface Statistics {
  /** Both [filled channels]. */
  readonly mean: string
  readonly deviation: string
}

/** Mean and biased variance of the batch; the moving statistics go towards them. */
function ofBatch(layer: LayerOf<'batch-normalization'>, context: BlockedContext): Statistics {
  const { graph, images } = context
  const shape = context.shapes.get(layer.name) as readonly [number, number, number]
  const value = context.value(layer.inputs[0]!)
  const share = graph.scalar(1 / (images.samples * shape[0] * shape[1]))
  const mean = graph.node('Mul', [images.sum(value, shape), share])
  const square = graph.node('Mul', [images.sumOfProducts(value, value, shape), share])
  // Rounding may leave the difference below zero where a channel is constant.
  const variance = graph.node('Max', [graph.node('Sub', [square, graph.node('Mul', [mean, mean])]), graph.scalar(0)])
  // What the convolution before has taken away from its output (`shiftedBias`).
  const shift = context.kept(layer, 'shift')?.[0]
  const wholeMean = shift === undefined ? mean : graph.node('Add', [mean, shift])
  context.update(layer, 'moving_mean', movedStatistic(layer, context, 'moving_mean', images.cut(wholeMean, shape[2])))
  context.update(layer, 'moving_variance', movedStatistic(layer, context, 'moving_variance', images.cut(variance, shape[2])))
  return { mean, deviation: graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(layer.epsilon)])]) }
}

function ofMoving(layer: LayerOf<'batch-normalization'>, context: BlockedContext): Statistics {
  const { graph, images } = context
  const channels = context.shapes.get(layer.name)![2]!
  const variance = images.fill(context.weight(layer, 'moving_variance')!, channels)
  return { mean: images.fill(context.weight(layer, 'moving_mean')!, channels), deviation: graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(layer.epsilon)])]) }
}

/**
 * As `batchNormalizationGradient`, with both sums from one reading of gradient and input each and the input's gradient as scale dy + b x + c:
 * with n the normalized input, gamma's gradient is the sum of dy n = (sum of dy x - mean sum of dy) / deviation.
 */
export const batchNormalizationGradientInBlocks = (layer: LayerOf<'batch-normalization'>, gradient: string, context: BlockedContext): ReturnType<Gradient<'batch-normalization'>> => {
  const { graph, images } = context
  const shape = context.shapes.get(layer.name) as readonly [number, number, number]
  const [source] = layer.inputs as readonly [string]
  const value = context.value(source)
  const [mean, deviation, scale] = (['mean', 'deviation', 'scale'] as const).map((what) => context.keptValue(layer, what)) as [string, string, string]
  const byBatch = context.normalizesByBatch(layer)
  const sum = images.sum(gradient, shape)
  const along = byBatch || layer.scale ? graph.node('Div', [graph.node('Sub', [images.sumOfProducts(gradient, value, shape), graph.node('Mul', [mean, sum])]), deviation]) : ''
  const inputGradient = (): string => {
    if (!byBatch) return images.affine(gradient, shape[2], { scale })
    const share = graph.scalar(1 / (images.samples * shape[0] * shape[1]))
    const ofInput = graph.node('Neg', [graph.node('Div', [graph.node('Mul', [graph.node('Mul', [scale, along]), share]), deviation])])
    const constant = graph.node('Neg', [graph.node('Add', [graph.node('Mul', [graph.node('Mul', [scale, sum]), share]), graph.node('Mul', [ofInput, mean])])])
    const rest = images.affine(value, shape[2], { scale: ofInput, shift: constant })
    return images.affine(gradient, shape[2], { scale, sum: rest })
  }
  return {
    inputs: [context.needsGradient(source) ? inputGradient() : null],
    weights: {
      ...(layer.scale && { gamma: [images.cut(along, shape[2])] }),
      ...(layer.center && { beta: [images.cut(sum, shape[2])] }),
    },
  }
}
