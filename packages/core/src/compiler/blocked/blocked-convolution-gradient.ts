import type { LayerGradients } from '../backward/gradient-context.ts'
import { zerosAfter } from '../backward/zeros-after.ts'
import { inputShape, type LayerOf } from '../layer-operations.ts'
import type { BlockedContext } from './blocked-context.ts'
import { kernelGradientInBlocks } from './blocked-kernel-gradient.ts'
import { takesPlainImage, turnedKernel, turnedPointwiseKernel } from './blocked-operations.ts'
import { takenBack } from './blocked-input-gradient.ts'
import { blockedDepthwiseKernel } from './blocked-kernel.ts'
import { suitsWinograd, takenBackBy, turnedWinogradKernel, winogradConvolution } from './winograd.ts'
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
  const bias = biasGradient(layer, gradient, context)
  // Of the layer alone: what is computed before the gradient goes on.
  const own = [kernelGradient, ...Object.values(bias).flat()]
  const inWinograd = (): string => winogradConvolution(images, gradient, turnedWinogradKernel(images, context.weight(layer, 'kernel')!, convolution, own), { after: own }, takenBackBy(convolution))
  const direct = (): string => takenBack(images, gradient, turnedKernel(layer, context), window, { group: 1, bias: images.fill(zerosAfter(context.graph, own, channels), channels) })
  return {
    inputs: [context.needsGradient(source) ? (suitsWinograd(images, convolution) ? inWinograd : direct)() : null],
    weights: {
      kernel: [kernelGradient],
      ...bias,
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
  const between = images.convolution(gradient, turned, { bias: images.fill(zerosAfter(graph, [pointwiseGradient], channels), channels) }, { kernel: [1, 1] })
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
  return takenBack(images, gradient, turned, blockedWindow(layer, context).window, { group: images.filled(channels), bias: images.fill(zerosAfter(context.graph, [kernelGradient], channels), channels) })
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

function biasGradient(layer: BlockedWindowLayer, gradient: string, { images, shapes }: BlockedContext): { readonly bias?: readonly string[] } {
  if (!layer.useBias) return {}
  const shape = shapes.get(layer.name)!
  return { bias: [images.cut(images.sum(gradient, shape), shape[2]!)] }
}
