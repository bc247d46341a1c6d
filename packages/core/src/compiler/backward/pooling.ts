import { inputShape, type LayerOf } from '../layer-operations.ts'
import { windowPads } from '../window-padding.ts'
import type { Gradient, GradientContext } from './gradient-context.ts'
import { padImage, scatterTaps, tapsOf, tapSlice, type SlidingWindow } from './window-taps.ts'

/** The whole gradient goes to the first maximum of each window, as TensorFlow's does. */
export const maxPoolingGradient: Gradient<'max-pooling'> = (layer, gradient, context) => {
  const { graph } = context
  if (context.forWebgpu) return { inputs: [comparedMaxima(layer, gradient, context)], weights: {} }
  const [height, width, channels] = inputShape(layer, context) as readonly [number, number, number]
  // Not the shape of the input itself, which could be forgotten until then.
  const samples = graph.node('Slice', [graph.node('Shape', [gradient]), graph.integers([0]), graph.integers([1])])
  const shape = graph.node('Concat', [samples, graph.integers([channels, height, width])], { axis: 0 })
  const indices = context.keptValue(layer, 'indices')
  const windowsOverlap = layer.pool.some((size, axis) => size > layer.strides[axis]!)
  if (!windowsOverlap) {
    const pads = windowPads(inputShape(layer, context), { ...layer, size: layer.pool })
    return { inputs: [graph.node('MaxUnpool', [gradient, indices, shape], { kernel_shape: layer.pool, strides: layer.strides, pads })], weights: {} }
  }
  // One pixel may be the maximum of several windows, whose gradients add up.
  const flat = (value: string): string => graph.node('Reshape', [value, graph.integers([-1])])
  const zeros = flat(graph.node('ConstantOfShape', [shape]))
  const scattered = graph.node('ScatterElements', [zeros, flat(indices), flat(gradient)], { axis: 0, reduction: 'add' })
  return { inputs: [graph.node('Reshape', [scattered, shape])], weights: {} }
}

/** The same by comparison: a tap of the window takes the gradient where it holds the maximum and no tap before it does. */
function comparedMaxima(layer: LayerOf<'max-pooling'>, gradient: string, context: GradientContext): string {
  const { graph } = context
  const from = inputShape(layer, context)
  const window = { kernel: layer.pool, strides: layer.strides, dilation: [1, 1] as const, pads: windowPads(from, { ...layer, size: layer.pool }), from, to: context.shapes.get(layer.name)! }
  const padded = padImage(graph, context.value(layer.inputs[0]!), window.pads, -3.4e38)
  const [maximum, zero, one] = [context.value(layer.name), graph.scalar(0), graph.scalar(1)]
  let isFree = one
  const taps = tapsOf(window.kernel).map((tap) => {
    const isMaximum = graph.node('Equal', [tapSlice(graph, padded, tap, window), maximum])
    const takes = graph.node('Mul', [graph.node('Where', [isMaximum, one, zero]), isFree])
    isFree = graph.node('Sub', [isFree, takes])
    return graph.node('Mul', [takes, gradient])
  })
  return scatterTaps(graph, taps, window, from[2]!)
}

/** What part of a window's average each of its pixels is, at every place of the window: [rows x columns]. Padding is no pixel. */
export function averageShares({ kernel, strides, pads, from, to }: Pick<SlidingWindow, 'kernel' | 'strides' | 'pads' | 'from' | 'to'>): Float32Array {
  const [rows, columns] = to as readonly [number, number]
  const pixels = (place: number, axis: 0 | 1): number => {
    const start = place * strides[axis] - pads[axis]
    return Math.min(start + kernel[axis], from[axis]!) - Math.max(start, 0)
  }
  return Float32Array.from({ length: rows * columns }, (_, index) => 1 / (pixels(Math.floor(index / columns), 0) * pixels(index % columns, 1)))
}

/** Each window spreads its gradient evenly over the pixels that it averaged; padding is none of them. */
export const averagePoolingGradient: Gradient<'average-pooling'> = (layer, gradient, context) => {
  const { graph } = context
  const from = inputShape(layer, context) as readonly [number, number, number]
  const to = context.shapes.get(layer.name) as readonly [number, number, number]
  const pads = windowPads(from, { ...layer, size: layer.pool })
  const shares = averageShares({ kernel: layer.pool, strides: layer.strides, pads, from, to })
  const shared = graph.node('Mul', [gradient, graph.floats(shares, [1, 1, to[0], to[1]])])
  const single = graph.node('Reshape', [shared, graph.integers([-1, 1, to[0], to[1]])])
  const ones = graph.floats(new Float32Array(layer.pool[0] * layer.pool[1]).fill(1), [1, 1, ...layer.pool])
  const spread = graph.node('ConvTranspose', [single, ones], {
    kernel_shape: layer.pool,
    strides: layer.strides,
    pads,
    output_padding: [0, 1].map((axis) => from[axis]! + pads[axis]! + pads[axis + 2]! - layer.pool[axis]! - layer.strides[axis]! * (to[axis]! - 1)),
  })
  return { inputs: [graph.node('Reshape', [spread, graph.integers([-1, from[2], from[0], from[1]])])], weights: {} }
}

export const globalAveragePoolingGradient: Gradient<'global-average-pooling'> = (layer, gradient, context) => {
  const { graph } = context
  const [height, width, channels] = inputShape(layer, context) as readonly [number, number, number]
  const single = graph.node('Reshape', [gradient, graph.integers([-1, channels, 1, 1])])
  const share = new Float32Array(height * width).fill(1 / (height * width))
  return { inputs: [graph.node('Mul', [single, graph.floats(share, [1, 1, height, width])])], weights: {} }
}

/** Equal maxima share the gradient, as in TensorFlow's reduce_max. */
export const globalMaxPoolingGradient: Gradient<'global-max-pooling'> = (layer, gradient, context) => {
  const { graph } = context
  const channels = inputShape(layer, context)[2]!
  const asPixel = (value: string): string => graph.node('Reshape', [value, graph.integers([-1, channels, 1, 1])])
  const isMaximum = graph.node('Cast', [graph.node('Equal', [context.value(layer.inputs[0]!), asPixel(context.value(layer.name))])], { to: 1 })
  const count = graph.node('ReduceSum', [isMaximum, graph.integers([2, 3])], { keepdims: 1 })
  return { inputs: [graph.node('Mul', [isMaximum, graph.node('Div', [asPixel(gradient), count])])], weights: {} }
}
