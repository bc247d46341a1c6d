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
  const isWhole = start.every((place, axis) => place === 0 && end[axis] === window.from[axis]! + window.pads[axis]! + window.pads[axis + 2]! && window.strides[axis] === 1)
  if (isWhole) return padded
  return graph.node('Slice', [padded, graph.integers(start), graph.integers(end), graph.integers([2, 3]), graph.integers(window.strides)])
}

/** `value` goes into the padding. */
export function padImage(graph: OnnxGraph, image: string, pads: Pads, value = 0): string {
  if (pads.every((pad) => pad === 0)) return image
  return graph.node('Pad', [image, graph.integers([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]]), ...(value === 0 ? [] : [graph.scalar(value)])])
}

/** The taps of a window, row by row. */
export function tapsOf([rows, columns]: Pair): Pair[] {
  return Array.from({ length: rows * columns }, (_, index): Pair => [Math.floor(index / columns), index % columns])
}

/**
 * The reverse of `tapSlice` for all taps: each one's values go back to the pixels that the tap met, where they add up. `values`: [N, channels,
 * rows, columns] a tap, in the order of `tapsOf`. What a transposed convolution does, by operators that every device has right.
 */
export function scatterTaps(graph: OnnxGraph, values: readonly string[], window: SlidingWindow, channels: number): string {
  const [[height, width], [rows, columns], pads] = [window.from as readonly [number, number], window.to as readonly [number, number], window.pads]
  const spread = [0, 1].map((axis) => (window.to[axis]! - 1) * window.strides[axis]! + 1) as [number, number]
  const placed = tapsOf(window.kernel).map(([row, column], index) => {
    // Zeros between the values, as many as the stride skips; those after the last are cut off.
    const apart = graph.node('Reshape', [values[index]!, graph.integers([-1, rows, 1, columns, 1])])
    const stretched = graph.node('Pad', [apart, graph.integers([0, 0, 0, 0, 0, 0, 0, window.strides[0] - 1, 0, window.strides[1] - 1])])
    const whole = graph.node('Reshape', [stretched, graph.integers([-1, rows * window.strides[0], columns * window.strides[1]])])
    const cut = graph.node('Slice', [whole, graph.integers([0, 0]), graph.integers(spread), graph.integers([1, 2])])
    const [top, left] = [row * window.dilation[0], column * window.dilation[1]]
    return graph.node('Pad', [cut, graph.integers([0, top, left, 0, height + pads[0] + pads[2] - top - spread[0], width + pads[1] + pads[3] - left - spread[1]])])
  })
  const sum = placed.length === 1 ? placed[0]! : graph.node('Sum', placed)
  const inside = graph.node('Slice', [sum, graph.integers([pads[0], pads[1]]), graph.integers([pads[0] + height, pads[1] + width]), graph.integers([1, 2])])
  return graph.node('Reshape', [inside, graph.integers([-1, channels, height, width])])
}
