import type { LayerOf } from '../layer-operations.ts'
import { inputShape } from '../layer-operations.ts'
import type { OnnxGraph } from '../onnx-graph.ts'
import { windowPads, type Pads } from '../window-padding.ts'
import { activationGradient } from './activation.ts'
import type { Gradient, GradientContext } from './gradient-context.ts'

/**
 * The input's gradient is the transposed convolution with the same kernel; the kernel's is, tap by tap, the product of the
 * output's gradient with the input shifted by that tap.
 */
export const convolutionGradient: Gradient<'convolution'> = (layer, gradient, context) => {
  const { graph } = context
  const [source] = layer.inputs as readonly [string]
  const inner = activationGradient(layer, gradient, context)
  const pads = windowPads(inputShape(layer, context), { ...layer, size: layer.kernel })
  return {
    inputs: [context.needsGradient(source) ? inputGradient(layer, inner, pads, context) : null],
    weights: {
      kernel: [kernelGradient(layer, inner, pads, context)],
      ...(layer.useBias ? { bias: [graph.node('ReduceSum', [inner, graph.integers([0, 2, 3])], { keepdims: 0 })] } : {}),
    },
  }
}

function inputGradient(layer: LayerOf<'convolution'>, gradient: string, pads: Pads, context: GradientContext): string {
  const [from, to] = [inputShape(layer, context), context.shapes.get(layer.name)!]
  // A stride may leave pixels at the far edge that no window reached: they get the zeros of the output padding.
  const outputPadding = [0, 1].map((axis) => {
    const reach = layer.dilation[axis]! * (layer.kernel[axis]! - 1) + 1
    return from[axis]! + pads[axis]! + pads[axis + 2]! - reach - layer.strides[axis]! * (to[axis]! - 1)
  })
  return context.graph.node('ConvTranspose', [gradient, context.weight(layer, 'kernel')!], {
    kernel_shape: layer.kernel,
    strides: layer.strides,
    dilations: layer.dilation,
    pads,
    output_padding: outputPadding,
  })
}

function kernelGradient(layer: LayerOf<'convolution'>, gradient: string, pads: Pads, context: GradientContext): string {
  const { graph } = context
  const channels = inputShape(layer, context)[2]!
  const [rows, columns] = context.shapes.get(layer.name) as [number, number]
  const flat = (value: string): string => graph.node('Reshape', [value, graph.integers([0, 0, -1])])
  const flatGradient = flat(gradient)
  const padded = padImage(graph, context.value(layer.inputs[0]!), pads)
  const products: string[] = []
  for (let row = 0; row < layer.kernel[0]; row++) {
    const taps: string[] = []
    for (let column = 0; column < layer.kernel[1]; column++) {
      const start = [row * layer.dilation[0], column * layer.dilation[1]] as const
      const end = [start[0] + (rows - 1) * layer.strides[0] + 1, start[1] + (columns - 1) * layer.strides[1] + 1]
      const shifted = graph.node('Slice', [padded, graph.integers(start), graph.integers(end), graph.integers([2, 3]), graph.integers(layer.strides)])
      taps.push(flat(shifted))
    }
    // [N, filters, pixels] x [N, taps x channels, pixels]'. A row of taps at a time: all of them at once are copies of the input by the dozen.
    const shifts = taps.length === 1 ? taps[0]! : graph.node('Concat', taps, { axis: 1 })
    products.push(graph.node('FusedMatMul', [flatGradient, shifts], { transB: 1 }, { domain: 'com.microsoft' }))
  }
  const ofAllTaps = products.length === 1 ? products[0]! : graph.node('Concat', products, { axis: 2 })
  const summed = graph.node('ReduceSum', [ofAllTaps, graph.integers([0])], { keepdims: 0 })
  const byTap = graph.node('Reshape', [summed, graph.integers([layer.filters, layer.kernel[0] * layer.kernel[1], channels])])
  return graph.node('Reshape', [graph.node('Transpose', [byTap], { perm: [0, 2, 1] }), graph.integers([layer.filters, channels, ...layer.kernel])])
}

function padImage(graph: OnnxGraph, value: string, pads: Pads): string {
  if (pads.every((pad) => pad === 0)) return value
  return graph.node('Pad', [value, graph.integers([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]])])
}
