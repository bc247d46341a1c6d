import type { Pair } from '../../network/description.ts'
import type { OnnxGraph } from '../onnx-graph.ts'
import type { Pads } from '../window-padding.ts'

/** A window that slides over an image. Shapes are Keras's, per sample: height, width, channels. */
export interface SlidingWindow {
  readonly kernel: Pair
  readonly strides: Pair
  readonly dilation: Pair
  readonly pads: Pads
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** A window of a convolution that mixes all channels. */
export interface Convolution extends SlidingWindow {
  readonly channels: number
  readonly filters: number
}

/** A stride may leave pixels at the far edge that no window reached: a transposed convolution gives them the zeros of its output padding. */
export function outputPadding(window: SlidingWindow): [number, number] {
  const [rows, columns] = [0, 1].map((axis) => {
    const reach = window.dilation[axis]! * (window.kernel[axis]! - 1) + 1
    return window.from[axis]! + window.pads[axis]! + window.pads[axis + 2]! - reach - window.strides[axis]! * (window.to[axis]! - 1)
  })
  return [rows!, columns!]
}

/** The pixels of the padded image that a tap of the kernel meets, one for each place of the window. */
export function tapSlice(graph: OnnxGraph, padded: string, tap: Pair, window: SlidingWindow): string {
  const start = [0, 1].map((axis) => tap[axis]! * window.dilation[axis]!)
  const end = [0, 1].map((axis) => start[axis]! + (window.to[axis]! - 1) * window.strides[axis]! + 1)
  return graph.node('Slice', [padded, graph.integers(start), graph.integers(end), graph.integers([2, 3]), graph.integers(window.strides)])
}

export function padImage(graph: OnnxGraph, value: string, pads: Pads): string {
  if (pads.every((pad) => pad === 0)) return value
  return graph.node('Pad', [value, graph.integers([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]])])
}
