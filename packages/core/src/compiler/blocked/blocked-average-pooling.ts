import type { LayerGradients } from '../backward/gradient-context.ts'
import { averageShares } from '../backward/pooling.ts'
import { inputShape, type LayerOf } from '../layer-operations.ts'
import { windowPads } from '../window-padding.ts'
import type { BlockedContext } from './blocked-context.ts'
import { takenBack } from './blocked-input-gradient.ts'

/** Each window spreads its gradient evenly over the pixels that it averaged: a depthwise convolution with ones, taken back. */
export function averagePoolingGradientInBlocks(layer: LayerOf<'average-pooling'>, gradient: string, context: BlockedContext): LayerGradients {
  const { graph, images } = context
  const [from, to] = [inputShape(layer, context), context.shapes.get(layer.name)!]
  const channels = from[2]!
  const window = { kernel: layer.pool, strides: layer.strides, dilation: [1, 1] as const, pads: windowPads(from, { ...layer, size: layer.pool }), from, to }
  const pixels = to[0]! * to[1]!
  const shares = Float32Array.from({ length: pixels * images.block }, ((ofPixel) => (_: unknown, index: number) => ofPixel[Math.floor(index / images.block)]!)(averageShares(window)))
  const byBlock = graph.node('Reshape', [gradient, graph.integers([-1, pixels * images.block])])
  const shared = graph.node('Reshape', [graph.node('Mul', [byBlock, graph.floats(shares, [1, pixels * images.block])]), graph.integers([images.samples, -1, to[0]!, to[1]!])])
  const ones = graph.floats(new Float32Array(images.filled(channels) * layer.pool[0] * layer.pool[1]).fill(1), [images.filled(channels), 1, ...layer.pool])
  return { inputs: [takenBack(images, shared, ones, window, { group: images.filled(channels), bias: '' })], weights: {} }
}
