import { inputShape, type LayerOf } from '../layer-operations.ts'
import type { OnnxGraph } from '../onnx-graph.ts'
import { windowPads } from '../window-padding.ts'
import { activationGradient } from './activation.ts'
import type { Gradient, GradientContext } from './gradient-context.ts'
import { outputPadding, padImage, scatterTaps, tapsOf, tapSlice, type SlidingWindow } from './window-taps.ts'

/** A depthwise convolution, also the one inside a separable convolution. */
export interface DepthwiseWindow extends SlidingWindow {
  readonly multiplier: number
}

export const depthwiseConvolutionGradient: Gradient<'depthwise-convolution'> = (layer, gradient, context) => {
  const { graph } = context
  const [source] = layer.inputs as readonly [string]
  const inner = activationGradient(layer, gradient, context)
  const window = depthwiseWindow(layer, context, context.shapes.get(layer.name)!)
  return {
    inputs: [context.needsGradient(source) ? depthwiseInputGradient(graph, inner, context.weight(layer, 'depthwise_kernel')!, window, context.forWebgpu) : null],
    weights: {
      depthwise_kernel: [depthwiseKernelGradient(graph, inner, context.value(source), window)],
      ...(layer.useBias ? { bias: [graph.node('ReduceSum', [inner, graph.integers([0, 2, 3])], { keepdims: 0 })] } : {}),
    },
  }
}

/** `to`: shape of the depthwise output. */
export function depthwiseWindow(layer: LayerOf<'depthwise-convolution'> | LayerOf<'separable-convolution'>, context: GradientContext, to: readonly number[]): DepthwiseWindow {
  const from = inputShape(layer, context)
  return { kernel: layer.kernel, strides: layer.strides, dilation: layer.dilation, pads: windowPads(from, { ...layer, size: layer.kernel }), multiplier: layer.depthMultiplier, from, to }
}

/** With stride 1 a convolution with the kernel turned round, for which onnxruntime has fast code; otherwise the transposed convolution. */
export function depthwiseInputGradient(graph: OnnxGraph, gradient: string, kernel: string, window: DepthwiseWindow, forWebgpu: boolean): string {
  const channels = window.from[2]!
  const reach = [0, 1].map((axis) => window.dilation[axis]! * (window.kernel[axis]! - 1)) as [number, number]
  const isPlain = window.multiplier === 1 && window.strides[0] === 1 && window.strides[1] === 1 && window.pads.every((pad, side) => pad <= reach[side % 2]!)
  if (!isPlain && forWebgpu) return scatterTaps(graph, tapGradients(graph, gradient, kernel, window), window, channels)
  if (!isPlain) {
    return graph.node('ConvTranspose', [gradient, kernel], { kernel_shape: window.kernel, strides: window.strides, dilations: window.dilation, pads: window.pads, output_padding: outputPadding(window), group: channels })
  }
  const turned = graph.node('Slice', [kernel, graph.integers([-1, -1]), graph.integers([-1e9, -1e9]), graph.integers([2, 3]), graph.integers([-1, -1])])
  return graph.node('Conv', [gradient, turned], { kernel_shape: window.kernel, dilations: window.dilation, strides: [1, 1], pads: window.pads.map((pad, side) => reach[side % 2]! - pad), group: channels })
}

/** The gradient that each tap of the kernel hands back to the pixels that it met: [N, channels, rows, columns] a tap. */
function tapGradients(graph: OnnxGraph, gradient: string, kernel: string, window: DepthwiseWindow): string[] {
  const [channels, [rows, columns]] = [window.from[2]!, window.to as readonly [number, number]]
  const byFilter = graph.node('Reshape', [gradient, graph.integers([-1, channels, window.multiplier, rows * columns])])
  return tapsOf(window.kernel).map(([row, column]) => {
    const tap = graph.node('Slice', [kernel, graph.integers([row, column]), graph.integers([row + 1, column + 1]), graph.integers([2, 3])])
    const product = graph.node('Mul', [byFilter, graph.node('Reshape', [tap, graph.integers([channels, window.multiplier, 1])])])
    return graph.node('Reshape', [graph.node('ReduceSum', [product, graph.integers([2])], { keepdims: 0 }), graph.integers([-1, channels, rows, columns])])
  })
}

/** Tap by tap the sum over the batch and all pixels of the gradient times the input shifted by that tap. */
export function depthwiseKernelGradient(graph: OnnxGraph, gradient: string, input: string, window: DepthwiseWindow): string {
  const [channels, { multiplier }] = [window.from[2]!, window]
  const padded = padImage(graph, input, window.pads)
  // [N, channels, multiplier, pixels] against [N, channels, 1, pixels].
  const byFilter = multiplier === 1 ? gradient : graph.node('Reshape', [gradient, graph.integers([0, channels, multiplier, -1])])
  const axes = graph.integers(multiplier === 1 ? [0, 2, 3] : [0, 3])
  const taps: string[] = []
  for (let row = 0; row < window.kernel[0]; row++) {
    for (let column = 0; column < window.kernel[1]; column++) {
      const shifted = tapSlice(graph, padded, [row, column], window)
      const aligned = multiplier === 1 ? shifted : graph.node('Reshape', [shifted, graph.integers([0, channels, 1, -1])])
      const sums = graph.node('ReduceSum', [graph.node('Mul', [byFilter, aligned]), axes], { keepdims: 0 })
      taps.push(graph.node('Reshape', [sums, graph.integers([channels * multiplier, 1, 1])]))
    }
  }
  return graph.node('Reshape', [taps.length === 1 ? taps[0]! : graph.node('Concat', taps, { axis: 2 }), graph.integers([channels * multiplier, 1, ...window.kernel])])
}
