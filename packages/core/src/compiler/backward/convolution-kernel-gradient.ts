import type { OnnxGraph } from '../onnx-graph.ts'
import { padImage, tapSlice, type Convolution } from './window-taps.ts'

/** Gradient by a convolution's kernel [filters, channels, rows, columns]: tap by tap the product of the output's gradient with the pixels that the tap met. */
export function convolutionKernelGradient(graph: OnnxGraph, convolution: Convolution, input: string, gradient: string): string {
  const { kernel, channels, filters } = convolution
  const flat = (value: string): string => graph.node('Reshape', [value, graph.integers([0, 0, -1])])
  const flatGradient = flat(gradient)
  const padded = padImage(graph, input, convolution.pads)
  const products: string[] = []
  for (let row = 0; row < kernel[0]; row++) {
    const taps = Array.from({ length: kernel[1] }, (_, column) => flat(tapSlice(graph, padded, [row, column], convolution)))
    // [N, filters, pixels] x [N, taps x channels, pixels]'. A row of taps at a time: all of them at once are copies of the input by the dozen.
    const shifts = taps.length === 1 ? taps[0]! : graph.node('Concat', taps, { axis: 1 })
    products.push(graph.node('FusedMatMul', [flatGradient, shifts], { transB: 1 }, { domain: 'com.microsoft' }))
  }
  const ofAllTaps = products.length === 1 ? products[0]! : graph.node('Concat', products, { axis: 2 })
  const summed = graph.node('ReduceSum', [ofAllTaps, graph.integers([0])], { keepdims: 0 })
  const byTap = graph.node('Reshape', [summed, graph.integers([filters, kernel[0] * kernel[1], channels])])
  return graph.node('Reshape', [graph.node('Transpose', [byTap], { perm: [0, 2, 1] }), graph.integers([filters, channels, ...kernel])])
}
