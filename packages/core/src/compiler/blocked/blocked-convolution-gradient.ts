import type { LayerGradients } from '../backward/gradient-context.ts'
import { zerosAfter } from '../backward/zeros-after.ts'
import type { SlidingWindow } from '../backward/window-taps.ts'
import { inputShape, type LayerOf } from '../layer-operations.ts'
import type { BlockedContext } from './blocked-context.ts'
import { kernelGradientInBlocks } from './blocked-kernel-gradient.ts'
import { takesPlainImage, turnedKernel, turnedPointwiseKernel } from './blocked-operations.ts'
import { blockedDepthwiseKernel } from './blocked-kernel.ts'
import type { BlockedImages } from './blocked-images.ts'
import { blockedWindow, type BlockedWindowLayer } from './blocked-window.ts'

/** All gradients by outputs come without the activation's slope, in blocks. */
export function convolutionGradientInBlocks(layer: LayerOf<'convolution'>, gradient: string, context: BlockedContext): LayerGradients {
  const { images } = context
  const { source, window } = blockedWindow(layer, context)
  const channels = inputShape(layer, context)[2]!
  const convolution = { ...window, channels, filters: layer.filters }
  const isPlain = takesPlainImage(layer, context)
  const input = isPlain ? { image: () => context.plain.value(source) } : { inBlocks: context.value(source), image: () => context.plain.value(source) }
  const kernelGradient = kernelGradientInBlocks(images, convolution, { gradient, ...input })
  const inputGradient = (): string => takenBack(images, gradient, turnedKernel(layer, context), window, { group: 1, bias: images.fill(zerosAfter(context.graph, kernelGradient, channels, 1), channels) })
  return {
    inputs: [context.needsGradient(source) ? inputGradient() : null],
    weights: {
      kernel: [kernelGradient],
      ...biasGradient(layer, gradient, context),
    },
  }
}

export function depthwiseGradientInBlocks(layer: LayerOf<'depthwise-convolution'>, gradient: string, context: BlockedContext): LayerGradients {
  const { source } = blockedWindow(layer, context)
  const kernelGradient = depthwiseKernelGradient(layer, gradient, context)
  return {
    inputs: [context.needsGradient(source) ? depthwiseInputGradient(layer, { gradient, kernelGradient }, context) : null],
    weights: { depthwise_kernel: [kernelGradient], ...biasGradient(layer, gradient, context) },
  }
}

export function separableGradientInBlocks(layer: LayerOf<'separable-convolution'>, gradient: string, context: BlockedContext): LayerGradients {
  const { graph, images } = context
  const { source } = blockedWindow(layer, context)
  const channels = inputShape(layer, context)[2]!
  const [rows, columns] = context.shapes.get(layer.name) as readonly [number, number]
  const pixels = [rows, columns] as const
  const pointwise = { kernel: [1, 1] as const, strides: [1, 1] as const, dilation: [1, 1] as const, pads: [0, 0, 0, 0] as const, from: pixels, to: pixels, channels, filters: layer.filters }
  const depthwise = context.keptValue(layer, 'depthwise')
  const pointwiseGradient = kernelGradientInBlocks(images, pointwise, { gradient, inBlocks: depthwise, image: () => images.toImage(depthwise, channels) })
  const turned = turnedPointwiseKernel(layer, context)
  const between = images.convolution(gradient, turned, { bias: images.fill(zerosAfter(graph, pointwiseGradient, channels, 1), channels) }, { kernel: [1, 1] })
  const kernelGradient = depthwiseKernelGradient(layer, between, context)
  return {
    inputs: [context.needsGradient(source) ? depthwiseInputGradient(layer, { gradient: between, kernelGradient }, context) : null],
    weights: {
      depthwise_kernel: [kernelGradient],
      pointwise_kernel: [pointwiseGradient],
      ...biasGradient(layer, gradient, context),
    },
  }
}

type Depthwise = LayerOf<'depthwise-convolution'> | LayerOf<'separable-convolution'>

function depthwiseInputGradient(layer: Depthwise, { gradient, kernelGradient }: { gradient: string; kernelGradient: string }, context: BlockedContext): string {
  const { images } = context
  const channels = inputShape(layer, context)[2]!
  const turned = blockedDepthwiseKernel(images, context.weight(layer, 'depthwise_kernel')!, layer.kernel, channels, true)
  return takenBack(images, gradient, turned, blockedWindow(layer, context).window, { group: images.filled(channels), bias: images.fill(zerosAfter(context.graph, kernelGradient, channels, 0), channels) })
}

/**
 * A convolution of the input with the output's gradient as its kernel, sample by sample and channel by channel: every place where it fits is
 * a tap. Stride and dilation change places.
 */
function depthwiseKernelGradient(layer: Depthwise, gradient: string, context: BlockedContext): string {
  const { graph, images } = context
  const { source, window } = blockedWindow(layer, context)
  const [[height, width, channels], [rows, columns]] = [window.from as readonly [number, number, number], window.to as readonly [number, number]]
  const planes = images.samples * images.filled(channels)
  const fits = [0, 1].map((axis) => {
    const length = window.from[axis]! + window.pads[axis]! + window.pads[axis + 2]!
    return Math.floor((length - ((window.to[axis]! - 1) * window.strides[axis]! + 1)) / window.dilation[axis]!) + 1
  }) as [number, number]
  const byPlane = images.convolution(graph.node('Reshape', [context.value(source), graph.integers([1, planes, height, width])]), graph.node('Reshape', [gradient, graph.integers([planes, 1, rows, columns])]), {}, {
    kernel: [rows, columns], strides: window.dilation, dilation: window.strides, pads: window.pads, group: planes,
  })
  const taps = fits[0] * fits[1]
  const blocks = images.filled(channels) / images.block
  const summed = graph.node('ReduceSum', [graph.node('Reshape', [byPlane, graph.integers([images.samples, blocks * taps * images.block])]), graph.integers([0])], { keepdims: 0 })
  const byChannel = graph.node('Transpose', [graph.node('Reshape', [summed, graph.integers([blocks, taps, images.block])])], { perm: [0, 2, 1] })
  const kernel = graph.node('Reshape', [byChannel, graph.integers([images.filled(channels), 1, ...fits])])
  // Pixels that a stride leaves over at the far edge make places that are no taps.
  return graph.node('Slice', [kernel, graph.integers([0, 0, 0]), graph.integers([channels, ...layer.kernel]), graph.integers([0, 2, 3])])
}

function biasGradient(layer: BlockedWindowLayer, gradient: string, { images, shapes }: BlockedContext): Record<string, readonly string[]> {
  if (!layer.useBias) return {}
  const shape = shapes.get(layer.name)!
  return { bias: [images.cut(images.sum(gradient, shape), shape[2]!)] }
}

/** From the gradient by a convolution's output to that by its input: a convolution with the turned kernel; zeros go between the pixels that a stride took apart. */
function takenBack(images: BlockedImages, gradient: string, turned: string, window: SlidingWindow, { group, bias }: { group: number; bias: string }): string {
  const { kernel, dilation, strides, pads, from, to } = window
  const isStrided = strides.some((stride) => stride > 1)
  const isPointwise = kernel[0] * kernel[1] === 1
  const reach = [0, 1].map((axis) => dilation[axis]! * (kernel[axis]! - 1)) as [number, number]
  const length = isStrided ? ([to[0]! * strides[0], to[1]! * strides[1]] as const) : ([to[0]!, to[1]!] as const)
  const [top, left] = [reach[0] - pads[0], reach[1] - pads[1]]
  const [bottom, right] = [0, 1].map((axis) => from[axis]! + pads[axis]! - length[axis]!) as [number, number]
  // Of single pixels the convolution comes first: there are fewer of them.
  const [before, after] = isPointwise ? [images.convolution(gradient, turned, { bias }, { kernel, group }), ''] : [gradient, turned]
  const spread = isStrided ? spreadApart(images, before, window, [Math.min(0, bottom), Math.min(0, right)]) : before
  if (after === '' && bottom <= 0 && right <= 0 && top === 0 && left === 0) return spread
  if (after === '') return padded(images, spread, from, [length[0] + Math.min(0, bottom), length[1] + Math.min(0, right)], [top, left, Math.max(0, bottom), Math.max(0, right)])
  return images.convolution(spread, after, { bias }, { kernel, dilation, group, pads: [top, left, Math.max(0, bottom), Math.max(0, right)] })
}

/** Zeros after each pixel, as many as the stride skips; `surplus` (zero or below) rows and columns are cut off at the far edges. */
function spreadApart(images: BlockedImages, value: string, { strides, to }: SlidingWindow, surplus: readonly [number, number]): string {
  const { graph, block } = images
  const [rows, columns] = [to[0]!, to[1]!]
  const apart = graph.node('Reshape', [value, graph.integers([-1, rows, 1, columns, 1, block])])
  const stretched = graph.node('Pad', [apart, graph.integers([0, 0, 0, 0, 0, 0, 0, 0, strides[0] - 1, 0, strides[1] - 1, 0])])
  const [height, width] = [rows * strides[0], columns * strides[1]]
  const whole = graph.node('Reshape', [stretched, graph.integers([-1, height, width, block])])
  const cut = surplus[0] === 0 && surplus[1] === 0 ? whole : graph.node('Slice', [whole, graph.integers([0, 0]), graph.integers([height + surplus[0], width + surplus[1]]), graph.integers([1, 2])])
  return graph.node('Reshape', [cut, graph.integers([images.samples, -1, height + surplus[0], width + surplus[1]])])
}

function padded(images: BlockedImages, value: string, [height, width]: readonly number[], [rows, columns]: readonly [number, number], pads: readonly [number, number, number, number]): string {
  const { graph, block } = images
  const planes = graph.node('Reshape', [value, graph.integers([-1, rows, columns, block])])
  const larger = graph.node('Pad', [planes, graph.integers([0, pads[0], pads[1], 0, 0, pads[2], pads[3], 0])])
  return graph.node('Reshape', [larger, graph.integers([images.samples, -1, height!, width!])])
}
