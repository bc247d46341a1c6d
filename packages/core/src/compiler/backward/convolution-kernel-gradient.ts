import type { OnnxGraph } from '../onnx-graph.ts'
import { padImage, tapSlice, type Convolution } from './window-taps.ts'

/**
 * Ways to compute the same; which is fastest depends on the shape (docs/engine.md has the figures).
 * `by sample`: a product a sample and tap, then the sum over samples. `whole batch`: channels last, one product a tap over all
 * samples, which pays where an image has few pixels.
 */
export type KernelGradientFormulation = 'by sample' | 'whole batch'

/** Gradient by a convolution's kernel [filters, channels, rows, columns]: tap by tap the product of the output's gradient with the pixels that the tap met. */
export function convolutionKernelGradient(graph: OnnxGraph, convolution: Convolution, input: string, gradient: string, formulation = kernelGradientFormulation(convolution)): string {
  return formulation === 'by sample' ? bySample(graph, convolution, input, gradient) : wholeBatch(graph, convolution, input, gradient)
}

/** Fixed by the shape alone, so that the same training gives the same bits everywhere. */
export function kernelGradientFormulation({ kernel, to }: Convolution): KernelGradientFormulation {
  const isPointwise = kernel[0] * kernel[1] === 1
  return to[0]! * to[1]! <= (isPointwise ? 64 : 200) ? 'whole batch' : 'by sample'
}

function bySample(graph: OnnxGraph, convolution: Convolution, input: string, gradient: string): string {
  const { kernel, channels, filters } = convolution
  const flat = (value: string): string => graph.node('Reshape', [value, graph.integers([0, 0, -1])])
  const padded = padImage(graph, input, convolution.pads)
  const shifted = taps(convolution).map((tap) => flat(tapSlice(graph, padded, tap, convolution)))
  // Written after the shifted inputs: onnxruntime computes what was written later first, and would shift every layer's input before the first gradient.
  const flatGradient = flat(gradient)
  // The second factor is packed anew for every product: the one with fewer rows. Filters first need no transposing afterwards.
  const filtersFirst = filters >= channels
  const products = shifted.map((met) => {
    // [N, channels, pixels] x [N, filters, pixels]', summed over N at once: the products of all samples and taps together are hundreds of megabytes.
    const product = graph.node('FusedMatMul', filtersFirst ? [flatGradient, met] : [met, flatGradient], { transB: 1 }, { domain: 'com.microsoft' })
    return graph.node('ReduceSum', [product, graph.integers([0])], { keepdims: 0 })
  })
  const stacked = products.length === 1 ? products[0]! : graph.node('Concat', products, { axis: 0 })
  const byTap = graph.node('Reshape', [stacked, graph.integers([products.length, ...(filtersFirst ? [filters, channels] : [channels, filters])])])
  return graph.node('Reshape', [graph.node('Transpose', [byTap], { perm: filtersFirst ? [1, 2, 0] : [2, 1, 0] }), graph.integers([filters, channels, ...kernel])])
}

function wholeBatch(graph: OnnxGraph, convolution: Convolution, input: string, gradient: string): string {
  const { kernel, channels, filters, to, strides, dilation } = convolution
  const padded = graph.node('Transpose', [padImage(graph, input, convolution.pads)], { perm: [0, 2, 3, 1] })
  const shifted = taps(convolution).map((tap) => {
    const start = tap.map((place, axis) => place * dilation[axis]!)
    const end = start.map((first, axis) => first + (to[axis]! - 1) * strides[axis]! + 1)
    const met = graph.node('Slice', [padded, graph.integers(start), graph.integers(end), graph.integers([1, 2]), graph.integers(strides)])
    return graph.node('Reshape', [met, graph.integers([-1, channels])])
  })
  const byFilter = graph.node('Reshape', [graph.node('Transpose', [gradient], { perm: [1, 0, 2, 3] }), graph.integers([filters, -1])])
  const products = shifted.map((met) => graph.node('MatMul', [byFilter, met]))
  const joined = products.length === 1 ? products[0]! : graph.node('Concat', products, { axis: 1 })
  const byTap = graph.node('Reshape', [joined, graph.integers([filters, products.length, channels])])
  return graph.node('Reshape', [graph.node('Transpose', [byTap], { perm: [0, 2, 1] }), graph.integers([filters, channels, ...kernel])])
}

/** Row and column of every tap of the kernel, in its order. */
function taps({ kernel }: Convolution): (readonly [number, number])[] {
  return Array.from({ length: kernel[0] * kernel[1] }, (_, index) => [Math.floor(index / kernel[1]), index % kernel[1]] as const)
}
