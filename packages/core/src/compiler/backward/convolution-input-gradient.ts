import type { OnnxGraph } from '../onnx-graph.ts'
import { outputPadding, type Convolution } from './window-taps.ts'

/** Ways to compute the same. Measured on shapes of VGG16 and ResNet50 (docs/engine.md): turned, a convolution is 1.1 to 1.4 times as fast. */
export type InputGradientFormulation = 'transposed convolution' | 'turned convolution'

/**
 * Gradient by a convolution's input, from the gradient by its output. With stride 1 it is a convolution with the kernel turned by
 * half a circle and its channels exchanged; else the transposed convolution with the kernel itself. `bias`: zeros that order the computation (`zerosAfter`).
 */
export function convolutionInputGradient(graph: OnnxGraph, convolution: Convolution, { gradient, kernel, bias = '' }: { gradient: string; kernel: string; bias?: string }, formulation = inputGradientFormulation(convolution)): string {
  const { pads, strides, dilation } = convolution
  if (formulation === 'transposed convolution') {
    return graph.node('ConvTranspose', [gradient, kernel, bias], { kernel_shape: convolution.kernel, strides, dilations: dilation, pads, output_padding: outputPadding(convolution) })
  }
  return graph.node('Conv', [gradient, turnedKernel(graph, convolution, kernel), bias], {
    kernel_shape: convolution.kernel,
    dilations: dilation,
    pads: pads.map((pad, side) => reach(convolution, side % 2) - pad),
  })
}

export function inputGradientFormulation(convolution: Convolution): InputGradientFormulation {
  const { strides, pads } = convolution
  return strides.every((stride) => stride === 1) && pads.every((pad, side) => pad <= reach(convolution, side % 2)) ? 'turned convolution' : 'transposed convolution'
}

/** Pixels from the first tap of the window to its last. */
function reach({ dilation, kernel }: Convolution, axis: number): number {
  return dilation[axis]! * (kernel[axis]! - 1)
}

/** [filters, channels, rows, columns] to [channels, filters, rows, columns] with the taps from last to first. */
function turnedKernel(graph: OnnxGraph, { kernel, channels, filters }: Convolution, weight: string): string {
  const taps = kernel[0] * kernel[1]
  const exchanged = (value: string): string => graph.node('Transpose', [value], { perm: [1, 0, 2, 3] })
  if (taps === 1) return exchanged(weight)
  // A product with the exchange matrix: a Slice that runs backwards goes element by element and takes ten times as long.
  const reversal = new Float32Array(taps * taps)
  for (let tap = 0; tap < taps; tap++) reversal[tap * taps + taps - 1 - tap] = 1
  const turned = graph.node('MatMul', [graph.node('Reshape', [weight, graph.integers([-1, taps])]), graph.floats(reversal, [taps, taps])])
  return exchanged(graph.node('Reshape', [turned, graph.integers([filters, channels, ...kernel])]))
}
