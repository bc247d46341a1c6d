import type { Activation, Layer, LayerKind, Network } from '../network/description.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import { addPads, windowPads, type Pads } from './window-padding.ts'

/** Where the operators of a network go, and where they find weights. Images are NCHW inside, vectors [N, length]. */
export interface LayerContext {
  readonly graph: OnnxGraph
  readonly network: Network
  readonly layers: ReadonlyMap<string, Layer>
  /** Keras shapes per sample (height, width, channels). */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Name of a layer's weight, in ONNX's layout. Null where the layer has no such weight. */
  weight(layer: Layer, weightName: string): string | null
  /** A dense kernel as blocks of consecutive rows: one, or several where an optimizer updates them one by one. */
  kernelBlocks(layer: LayerOf<'dense'>): readonly KernelBlock[]
  /** Name of a layer's output, which is emitted on first use. */
  value(layerName: string): string
  /** What a dropout layer does; inference passes its input on. */
  dropout(layer: Extract<Layer, { kind: 'dropout' }>, input: string): string
  /** Whether a zero-padding layer may be merged into the window that follows; gradients want it apart. */
  readonly mergesZeroPadding: boolean
  /** Notes values of a layer that are needed again, by its gradient for instance. */
  keep(layer: Layer, what: string, values: readonly string[]): void
  /** What was noted under this name, null where nothing was. */
  kept(layer: Layer, what: string): readonly string[] | null
  /** Whether the graph is for training, where gradients need more from some operators. */
  readonly training: boolean
  /** Whether gradients must do without what WebGPU cannot: see `CompiledTrainingOptions`. */
  readonly forWebgpu: boolean
  /** Whether this layer normalizes by the batch's own statistics, and moves its averages of them. */
  normalizesByBatch(layer: LayerOf<'batch-normalization'>): boolean
  /** Notes what a weight that is no variable of the optimizer becomes after the step. */
  update(layer: Layer, weightName: string, value: string): void
}

/** The layer type of a kind, also where one type stands for several kinds. */
export type LayerOf<Kind extends LayerKind, Candidate = Layer> = Candidate extends { readonly kind: infer Own } ? (Kind extends Own ? Candidate & { readonly kind: Kind } : never) : never

/** Rows of a dense kernel. */
export interface KernelBlock {
  readonly value: string
  readonly rows: number
}

type Emit<Kind extends LayerKind> = (layer: LayerOf<Kind>, context: LayerContext) => string
type Operations = { readonly [Kind in LayerKind]: Emit<Kind> }

/** How each kind of layer becomes ONNX operators: the only such table, for inference and for training. */
const operations: Operations = {
  input: (layer, context) => context.value(layer.name),
  convolution: (layer, context) => {
    const { input, pads } = windowInput(layer, layer.kernel, context)
    const convolved = context.graph.node('Conv', [input, context.weight(layer, 'kernel')!, context.weight(layer, 'bias') ?? ''], convolutionAttributes(layer, pads))
    return activated(layer, layer.activation, convolved, context)
  },
  'depthwise-convolution': (layer, context) => {
    const { input, pads } = windowInput(layer, layer.kernel, context)
    const convolved = context.graph.node('Conv', [input, context.weight(layer, 'depthwise_kernel')!, context.weight(layer, 'bias') ?? ''], {
      ...convolutionAttributes(layer, pads),
      group: inputShape(layer, context)[2]!,
    })
    return activated(layer, layer.activation, convolved, context)
  },
  'separable-convolution': (layer, context) => {
    const { input, pads } = windowInput(layer, layer.kernel, context)
    const depthwise = context.graph.node('Conv', [input, context.weight(layer, 'depthwise_kernel')!], {
      ...convolutionAttributes(layer, pads),
      group: inputShape(layer, context)[2]!,
    })
    context.keep(layer, 'depthwise', [depthwise])
    const mixed = context.graph.node('Conv', [depthwise, context.weight(layer, 'pointwise_kernel')!, context.weight(layer, 'bias') ?? ''], { kernel_shape: [1, 1] })
    return activated(layer, layer.activation, mixed, context)
  },
  'batch-normalization': (layer, context) => {
    if (context.normalizesByBatch(layer)) return normalizedByBatch(layer, context)
    const channels = context.shapes.get(layer.name)!.at(-1)!
    const filled = (value: number): string => context.graph.floats(new Float32Array(channels).fill(value), [channels])
    return context.graph.node(
      'BatchNormalization',
      [
        context.value(layer.inputs[0]!),
        context.weight(layer, 'gamma') ?? filled(1),
        context.weight(layer, 'beta') ?? filled(0),
        context.weight(layer, 'moving_mean')!,
        context.weight(layer, 'moving_variance')!,
      ],
      { epsilon: { float: layer.epsilon } },
    )
  },
  activation: (layer, context) => activated(layer, layer.activation, context.value(layer.inputs[0]!), context),
  'max-pooling': (layer, context) => {
    const { input, pads } = windowInput(layer, layer.pool, context)
    const attributes = { kernel_shape: layer.pool, strides: layer.strides, pads }
    if (!context.training || context.forWebgpu) return context.graph.node('MaxPool', [input], attributes)
    const [pooled, indices] = context.graph.nodes('MaxPool', [input], 2, attributes) as [string, string]
    context.keep(layer, 'indices', [indices])
    return pooled
  },
  'average-pooling': (layer, context) => {
    // Keras's average leaves out the padding; a merged zero-padding layer would have to count.
    const pads = windowPads(inputShape(layer, context), { ...layer, size: layer.pool })
    return context.graph.node('AveragePool', [context.value(layer.inputs[0]!)], { kernel_shape: layer.pool, strides: layer.strides, pads })
  },
  'global-average-pooling': (layer, context) => globallyPooled('GlobalAveragePool', layer, context),
  'global-max-pooling': (layer, context) => globallyPooled('GlobalMaxPool', layer, context),
  'zero-padding': (layer, context) => {
    const [[top, bottom], [left, right]] = layer.padding
    const input = context.value(layer.inputs[0]!)
    const isPooled = context.network.layers.some((next) => (next.kind === 'max-pooling' || next.kind === 'average-pooling') && next.inputs[0] === layer.name)
    if (!isPooled) return context.graph.node('Pad', [input, context.graph.integers([0, 0, top, left, 0, 0, bottom, right])])
    // onnxruntime 1.30 merges a Pad into the pooling after it, where zeros become minus infinity. It does not see through a reshape.
    const [height, width] = inputShape(layer, context) as readonly [number, number]
    const [rows, columns, channels] = context.shapes.get(layer.name) as readonly [number, number, number]
    const planes = context.graph.node('Reshape', [input, context.graph.integers([-1, height, width])])
    const padded = context.graph.node('Pad', [planes, context.graph.integers([0, top, left, 0, bottom, right])])
    return context.graph.node('Reshape', [padded, context.graph.integers([-1, channels, rows, columns])])
  },
  add: (layer, context) =>
    layer.inputs
      .slice(1)
      .reduce((sum, name) => context.graph.node('Add', [sum, context.value(name)]), context.value(layer.inputs[0]!)),
  concatenate: (layer, context) => context.graph.node('Concat', layer.inputs.map((name) => context.value(name)), { axis: 1 }),
  flatten: (layer, context) => fromKerasOrder(context.graph, toKerasOrder(context.graph, context.value(layer.inputs[0]!), inputShape(layer, context)), context.shapes.get(layer.name)!),
  reshape: (layer, context) => fromKerasOrder(context.graph, toKerasOrder(context.graph, context.value(layer.inputs[0]!), inputShape(layer, context)), layer.shape),
  dropout: (layer, context) => context.dropout(layer, context.value(layer.inputs[0]!)),
  dense: (layer, context) => {
    const shape = inputShape(layer, context)
    const bias = context.weight(layer, 'bias')
    if (shape.length === 1) {
      // x W + b, a block of W's rows after the other.
      const blocks = context.kernelBlocks(layer)
      const sum = denseInputs(layer, context).reduce((sofar, input, index) => context.graph.node('Gemm', [input, blocks[index]!.value, sofar]), bias ?? '')
      return activated(layer, layer.activation, sum, context)
    }
    // On an image Keras's dense layer works on the channels of every pixel.
    const input = context.value(layer.inputs[0]!)
    const product = context.graph.node('MatMul', [toKerasOrder(context.graph, input, shape), context.weight(layer, 'kernel')!])
    const shifted = bias === null ? product : context.graph.node('Add', [product, bias])
    return activated(layer, layer.activation, context.graph.node('Transpose', [shifted], { perm: [0, 3, 1, 2] }), context)
  },
}

/** Emits the operators of one layer and returns the name of its output. */
export function emitLayer(layer: Layer, context: LayerContext): string {
  // The table is keyed by the layer's own kind, which TypeScript cannot follow through the union.
  const emit = operations[layer.kind] as (layer: Layer, context: LayerContext) => string
  return emit(layer, context)
}

/** Names of the layers' outputs, each emitted on first use. `input`: the input layer's value. */
export function valuesOnFirstUse(network: Network, input: string, context: () => LayerContext): (layerName: string) => string {
  const values = new Map([[network.layers[0]!.name, input]])
  return (layerName) => {
    const known = values.get(layerName)
    if (known !== undefined) return known
    const value = emitLayer(context().layers.get(layerName)!, context())
    values.set(layerName, value)
    return value
  }
}

/** [N, C, H, W] to [N, H, W, C]; a vector stays. */
export function toKerasOrder(graph: OnnxGraph, value: string, shape: readonly number[]): string {
  return shape.length === 3 ? graph.node('Transpose', [value], { perm: [0, 2, 3, 1] }) : value
}

/** A value in Keras's element order, of any rank, as [N, C, H, W] or [N, length] of the Keras shape `shape`. */
export function fromKerasOrder(graph: OnnxGraph, value: string, shape: readonly number[]): string {
  const [height, width, channels] = shape
  // A single pixel's channels lie in the same order either way.
  if (shape.length === 3 && height === 1 && width === 1) return graph.node('Reshape', [value, graph.integers([-1, channels!, 1, 1])])
  const shaped = graph.node('Reshape', [value, graph.integers([-1, ...shape])])
  return shape.length === 3 ? graph.node('Transpose', [shaped], { perm: [0, 3, 1, 2] }) : shaped
}

/** The columns of a dense layer's input that meet each block of its kernel. */
export function denseInputs(layer: LayerOf<'dense'>, context: LayerContext): readonly string[] {
  const input = context.value(layer.inputs[0]!)
  const blocks = context.kernelBlocks(layer)
  if (blocks.length === 1) return [input]
  const known = context.kept(layer, 'inputs')
  if (known !== null) return known
  const columns = context.graph.nodes('Split', [input, context.graph.integers(blocks.map(({ rows }) => rows))], blocks.length, { axis: 1 })
  context.keep(layer, 'inputs', columns)
  return columns
}

export function inputShape(layer: Layer, context: Pick<LayerContext, 'shapes'>): readonly number[] {
  return context.shapes.get(layer.inputs[0]!)!
}

type Windowed = LayerOf<'convolution'> | LayerOf<'depthwise-convolution'> | LayerOf<'separable-convolution'> | LayerOf<'max-pooling'>

/** What a window slides over and its pads, with a preceding zero-padding layer merged where that changes nothing. */
function windowInput(layer: Windowed, size: readonly [number, number], context: LayerContext): { input: string; pads: Pads } {
  const source = context.layers.get(layer.inputs[0]!)!
  const own = windowPads(inputShape(layer, context), { ...layer, size })
  const merges = context.mergesZeroPadding && source.kind === 'zero-padding' && (layer.kind !== 'max-pooling' || isNeverNegative(source.inputs[0]!, context))
  if (!merges) return { input: context.value(source.name), pads: own }
  const [[top, bottom], [left, right]] = source.padding
  return { input: context.value(source.inputs[0]!), pads: addPads(own, [top, left, bottom, right]) }
}

/** Max pooling pads with minus infinity, zero padding with zero: the same maximum where no value is below zero. */
function isNeverNegative(layerName: string, context: LayerContext): boolean {
  const layer = context.layers.get(layerName)!
  return 'activation' in layer && (layer.activation === 'relu' || layer.activation === 'relu6')
}

function convolutionAttributes(layer: Extract<Layer, { kind: 'convolution' | 'depthwise-convolution' | 'separable-convolution' }>, pads: Pads) {
  return { kernel_shape: layer.kernel, strides: layer.strides, dilations: layer.dilation, pads }
}

function globallyPooled(operator: string, layer: Extract<Layer, { kind: 'global-average-pooling' | 'global-max-pooling' }>, context: LayerContext): string {
  const pooled = context.graph.node(operator, [context.value(layer.inputs[0]!)])
  return layer.keepDimensions ? pooled : context.graph.node('Flatten', [pooled])
}

/** An activation of a value in any layout of its elements (softmax: of channels at axis 1). */
export function activated(layer: Layer, activation: Activation, value: string, context: LayerContext): string {
  context.keep(layer, 'preactivation', [value])
  switch (activation) {
    case 'linear':
      return value
    case 'relu':
      return context.graph.node('Relu', [value])
    case 'relu6':
      return context.graph.node('Clip', [value, context.graph.scalar(0), context.graph.scalar(6)])
    case 'elu':
      return context.graph.node('Elu', [value], { alpha: { float: 1 } })
    case 'swish':
      return context.graph.node('Mul', [value, context.graph.node('Sigmoid', [value])])
    case 'gelu':
      // Exact, by the error function: x P(x) with the normal distribution's P.
      return context.graph.node('Mul', [value, normalDistribution(context.graph, value)])
    case 'sigmoid':
      return context.graph.node('Sigmoid', [value])
    case 'tanh':
      return context.graph.node('Tanh', [value])
    case 'softmax':
      return context.graph.node('Softmax', [value], { axis: 1 })
  }
}

/** P(x) of the standard normal distribution. */
export function normalDistribution(graph: OnnxGraph, value: string): string {
  const erf = graph.node('Erf', [graph.node('Mul', [value, graph.scalar(Math.SQRT1_2)])])
  return graph.node('Mul', [graph.scalar(0.5), graph.node('Add', [graph.scalar(1), erf])])
}

/**
 * Keras's batch normalization in training mode: by the mean and the biased variance of the batch, over all axes but the channels;
 * the moving statistics go towards them by 1 - momentum.
 */
function normalizedByBatch(layer: LayerOf<'batch-normalization'>, context: LayerContext): string {
  const { graph } = context
  const isImage = inputShape(layer, context).length === 3
  const axes = isImage ? [0, 2, 3] : [0]
  const perChannel = (value: string): string => (isImage ? graph.node('Reshape', [value, graph.integers([-1, 1, 1])]) : value)
  const input = context.value(layer.inputs[0]!)
  const mean = graph.node('ReduceMean', [input], { axes })
  const centred = graph.node('Sub', [input, mean])
  const variance = graph.node('ReduceMean', [graph.node('Mul', [centred, centred])], { axes })
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(layer.epsilon)])])
  const normalized = graph.node('Div', [centred, deviation])
  context.keep(layer, 'normalized', [normalized])
  context.keep(layer, 'deviation', [deviation])
  for (const [weightName, found] of [['moving_mean', mean], ['moving_variance', variance]] as const) {
    context.update(layer, weightName, movedStatistic(layer, context, weightName, graph.node('Reshape', [found, graph.integers([-1])])))
  }
  const [gamma, beta] = [context.weight(layer, 'gamma'), context.weight(layer, 'beta')]
  const scaled = gamma === null ? normalized : graph.node('Mul', [normalized, perChannel(gamma)])
  return beta === null ? scaled : graph.node('Add', [scaled, perChannel(beta)])
}

/** A moving statistic after the step, towards the batch's `found` [channels]. */
export function movedStatistic(layer: LayerOf<'batch-normalization'>, { graph, weight }: Pick<LayerContext, 'graph' | 'weight'>, weightName: 'moving_mean' | 'moving_variance', found: string): string {
  const before = graph.node('Mul', [weight(layer, weightName)!, graph.scalar(layer.momentum)])
  return graph.node('Add', [before, graph.node('Mul', [found, graph.scalar(1 - layer.momentum)])])
}
