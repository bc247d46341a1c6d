import { GraftError } from '@graft/contracts/errors'
import type { Layer, LayerKind } from '../../network/description.ts'
import { activated, inputShape, type LayerOf } from '../layer-operations.ts'
import { normalizedInBlocks } from './blocked-batch-normalization.ts'
import type { BlockedContext } from './blocked-context.ts'
import type { FusedActivation } from './blocked-images.ts'
import { blockedDepthwiseKernel, blockedKernel, turnedBlockedKernel } from './blocked-kernel.ts'
import { windowPads } from '../window-padding.ts'
import { suitsWinograd, winogradConvolution, winogradKernel } from './winograd.ts'
import { blockedWindow, isMergedPadding, type BlockedWindowLayer } from './blocked-window.ts'

type Emit<Kind extends LayerKind> = (layer: LayerOf<Kind>, context: BlockedContext) => string

/** How kinds of layers are computed on images in blocks. What is missing here is computed as it is elsewhere, on [N, C, H, W]. */
const operations = {
  convolution: (layer, context) => {
    const { images } = context
    const { source, window } = blockedWindow(layer, context)
    const shape = { ...window, channels: inputShape(layer, context)[2]!, filters: layer.filters }
    const bias = shiftedBias(layer, context)
    if (suitsWinograd(images, shape)) {
      const input = context.value(source)
      const kernel = winogradKernel(images, context.weight(layer, 'kernel')!, shape, [input])
      return withActivation(layer, context, (activation) => winogradConvolution(images, input, kernel, { bias, activation }, shape))
    }
    if (context.needsGradient(source)) turnedKernel(layer, context)
    // Images of fewer channels than a block are taken as they are.
    const input = takesPlainImage(layer, context) ? context.plain.value(source) : context.value(source)
    return withActivation(layer, context, (activation) => images.convolution(input, convolutionKernel(layer, context), { bias }, { ...window, activation }))
  },
  'depthwise-convolution': (layer, context) => {
    const bias = shiftedBias(layer, context)
    return withActivation(layer, context, (activation) => depthwise(layer, context, bias, activation))
  },
  'separable-convolution': (layer, context) => {
    const { images } = context
    const between = depthwise(layer, context, '', 'linear')
    context.keep(layer, 'depthwise', [between])
    const bias = shiftedBias(layer, context)
    const kernel = pointwiseKernel(layer, context)
    turnedPointwiseKernel(layer, context)
    return withActivation(layer, context, (activation) => images.convolution(between, kernel, { bias }, { kernel: [1, 1], activation }))
  },
  'batch-normalization': (layer, context) => normalizedInBlocks(layer, context, {}),
  activation: (layer, context) => {
    const [input] = layer.inputs as readonly [string]
    const before = context.layers.get(input)!
    const { activation } = layer
    if (isFused(activation) && context.isOnlyTakenBy(input, layer)) {
      // What the layer takes is not written at all: its gradient reads the activation's output.
      if (before.kind === 'batch-normalization') return normalizedInBlocks(before, context, { activation })
      if (before.kind === 'add') return added(before, context, activation)
    }
    return activated(layer, activation, context.value(input), context)
  },
  add: (layer, context) => added(layer, context, 'linear'),
  concatenate: (layer, context) => context.graph.node('Concat', layer.inputs.map((name) => context.value(name)), { axis: 1 }),
  'average-pooling': (layer, context) => {
    const pads = windowPads(inputShape(layer, context), { ...layer, size: layer.pool })
    return context.images.node('AveragePool', [context.value(layer.inputs[0]!)], { kernel_shape: layer.pool, strides: layer.strides, pads, count_include_pad: 0 })
  },
  'zero-padding': (layer) => {
    throw new GraftError('internal', `Layer ${layer.name} is part of the convolution after it and has no value.`)
  },
} satisfies { [Kind in LayerKind]?: Emit<Kind> }

/** Emits one layer and returns its output in blocks. */
export function emitInBlocks(layer: Layer, context: BlockedContext): string {
  // The table is keyed by the layer's own kind, which TypeScript cannot follow through the union.
  const emit = operations[layer.kind as keyof typeof operations] as (layer: Layer, context: BlockedContext) => string
  return emit(layer, context)
}

/** Whether a layer can be computed in blocks. `of`: the same of a layer before it. */
export function canComputeInBlocks(layer: Layer, context: BlockedContext, of: (layerName: string) => boolean): boolean {
  if (context.shapes.get(layer.name)!.length !== 3) return false
  switch (layer.kind) {
    case 'convolution':
      return layer.activation !== 'softmax'
    case 'depthwise-convolution':
    case 'separable-convolution':
      return layer.activation !== 'softmax' && layer.depthMultiplier === 1
    case 'batch-normalization':
    case 'average-pooling':
      return of(layer.inputs[0]!)
    case 'activation':
      return layer.activation !== 'softmax' && of(layer.inputs[0]!)
    case 'add':
      return layer.inputs.every(of)
    case 'concatenate':
      return layer.inputs.every((name) => of(name) && context.shapes.get(name)![2]! % context.images.block === 0)
    case 'zero-padding':
      return isMergedPadding(layer, context)
    default:
      return false
  }
}

/** Whether the convolution reads [N, C, H, W]. */
export function takesPlainImage(layer: LayerOf<'convolution'>, context: BlockedContext): boolean {
  return inputShape(layer, context)[2]! < context.images.block
}

function convolutionKernel(layer: LayerOf<'convolution'>, context: BlockedContext): string {
  const channels = inputShape(layer, context)[2]!
  return context.once(`${layer.name}/kernel`, () => blockedKernel(context.images, context.weight(layer, 'kernel')!, { ...layer, channels }, takesPlainImage(layer, context)))
}

/**
 * The kernel that takes the gradient back. The nodes are written beside those of the forward: onnxruntime computes what was written later
 * first, and would make all of these kernels before the first gradient, and keep them.
 */
export function turnedKernel(layer: LayerOf<'convolution'>, context: BlockedContext): string {
  const { images } = context
  const shape = { ...layer, channels: inputShape(layer, context)[2]! }
  return context.once(`${layer.name}/turned`, () => turnedBlockedKernel(images, takesPlainImage(layer, context) ? blockedKernel(images, context.weight(layer, 'kernel')!, shape) : convolutionKernel(layer, context), shape))
}

export function turnedPointwiseKernel(layer: LayerOf<'separable-convolution'>, context: BlockedContext): string {
  return context.once(`${layer.name}/turned`, () => turnedBlockedKernel(context.images, pointwiseKernel(layer, context), { kernel: [1, 1], channels: inputShape(layer, context)[2]!, filters: layer.filters }))
}

function pointwiseKernel(layer: LayerOf<'separable-convolution'>, context: BlockedContext): string {
  const channels = inputShape(layer, context)[2]!
  return context.once(`${layer.name}/pointwise_kernel`, () => blockedKernel(context.images, context.weight(layer, 'pointwise_kernel')!, { kernel: [1, 1], channels, filters: layer.filters }))
}

function depthwise(layer: Exclude<BlockedWindowLayer, { kind: 'convolution' }>, context: BlockedContext, bias: string, activation: FusedActivation): string {
  const { images } = context
  const { source, window } = blockedWindow(layer, context)
  const channels = inputShape(layer, context)[2]!
  const kernel = blockedDepthwiseKernel(images, context.weight(layer, 'depthwise_kernel')!, layer.kernel, channels, false)
  return images.convolution(context.value(source), kernel, { bias }, { ...window, group: images.filled(channels), activation })
}

/** The sum of layers; a batch normalization that only goes into it adds the others while it writes. */
function added(layer: LayerOf<'add'>, context: BlockedContext, activation: FusedActivation): string {
  const { graph } = context
  const isNormalization = (name: string): boolean => context.layers.get(name)!.kind === 'batch-normalization' && context.isOnlyTakenBy(name, layer)
  const last = layer.inputs.findLast(isNormalization)
  const sum = (names: readonly string[]): string => names.slice(1).reduce((sofar, name) => graph.node('Add', [sofar, context.value(name)]), context.value(names[0]!))
  if (last !== undefined && layer.inputs.length > 1) {
    const others = layer.inputs.toSpliced(layer.inputs.lastIndexOf(last), 1)
    return normalizedInBlocks(context.layers.get(last) as LayerOf<'batch-normalization'>, context, { activation, sum: sum(others) })
  }
  return activated(layer, activation, sum(layer.inputs), context)
}

/**
 * A convolution's bias, filled up; '' for none. Before a batch normalization by the batch's statistics, which takes away any shift, it is less the moving
 * mean: the sums of squares of values around zero lose no digits in float32.
 */
function shiftedBias(layer: BlockedWindowLayer, context: BlockedContext): string {
  const { graph, images, shapes } = context
  const channels = shapes.get(layer.name)![2]!
  const bias = layer.useBias ? images.fill(context.weight(layer, 'bias')!, channels) : ''
  const next = context.network.layers.find(({ inputs }) => inputs.includes(layer.name))
  if (next?.kind !== 'batch-normalization' || layer.activation !== 'linear' || !context.normalizesByBatch(next) || !context.isOnlyTakenBy(layer.name, next)) return bias
  const shift = images.fill(context.weight(next, 'moving_mean')!, channels)
  context.keep(next, 'shift', [shift])
  return bias === '' ? graph.node('Neg', [shift]) : graph.node('Sub', [bias, shift])
}

function withActivation(layer: BlockedWindowLayer, context: BlockedContext, convolved: (activation: FusedActivation) => string): string {
  return isFused(layer.activation) ? convolved(layer.activation) : activated(layer, layer.activation, convolved('linear'), context)
}

function isFused(activation: string): activation is FusedActivation {
  return activation === 'linear' || activation === 'relu' || activation === 'relu6'
}
