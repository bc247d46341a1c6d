import type { OnnxGraph } from '../onnx-graph.ts'
import { outputPadding, type Convolution } from './window-taps.ts'

/** Gradient by a convolution's input, from the gradient by its output: the transposed convolution with the same kernel. */
export function convolutionInputGradient(graph: OnnxGraph, convolution: Convolution, gradient: string, kernel: string): string {
  return graph.node('ConvTranspose', [gradient, kernel], {
    kernel_shape: convolution.kernel,
    strides: convolution.strides,
    dilations: convolution.dilation,
    pads: convolution.pads,
    output_padding: outputPadding(convolution),
  })
}
