import type { SlidingWindow } from '../backward/window-taps.ts'
import type { BlockedImages } from './blocked-images.ts'

/** From the gradient by a convolution's output to that by its input: a convolution with the turned kernel; zeros go between the pixels that a stride took apart. */
export function takenBack(images: BlockedImages, gradient: string, turned: string, window: SlidingWindow, { group, bias }: { group: number; bias: string }): string {
  const { kernel, dilation, strides, pads, from, to } = window
  const isStrided = strides.some((stride) => stride > 1)
  const isPointwise = kernel[0] * kernel[1] === 1
  const reach = [0, 1].map((axis) => dilation[axis]! * (kernel[axis]! - 1)) as [number, number]
  const length = isStrided ? ([to[0]! * strides[0], to[1]! * strides[1]] as const) : ([to[0]!, to[1]!] as const)
  const [top, left] = [reach[0] - pads[0], reach[1] - pads[1]]
  const [bottom, right] = [0, 1].map((axis) => from[axis]! + pads[axis]! - length[axis]!) as [number, number]
  if (isStrided && !isPointwise && group === 1 && dilation.every((apart) => apart === 1) && kernel.every((reached, axis) => reached >= strides[axis]!)) return phaseByPhase(images, gradient, turned, window, bias)
  // Of single pixels the convolution comes first: there are fewer of them.
  const [before, after] = isPointwise ? [images.convolution(gradient, turned, { bias }, { kernel, group }), ''] : [gradient, turned]
  const spread = isStrided ? spreadApart(images, before, window, [Math.min(0, bottom), Math.min(0, right)]) : before
  if (after === '' && bottom <= 0 && right <= 0 && top === 0 && left === 0) return spread
  if (after === '') return padded(images, spread, from, [length[0] + Math.min(0, bottom), length[1] + Math.min(0, right)], [top, left, Math.max(0, bottom), Math.max(0, right)])
  return images.convolution(spread, after, { bias }, { kernel, dilation, group, pads: [top, left, Math.max(0, bottom), Math.max(0, right)] })
}

/** Zeros after each pixel, as many as the stride skips; `surplus` (zero or below) rows and columns are cut off at the far edges. */
function spreadApart(images: BlockedImages, value: string, { strides, to }: SlidingWindow, surplus: readonly [number, number]): string {
  const { graph, block } = images
  const [rows, columns] = [to[0]!, to[1]!]
  const apart = graph.node('Reshape', [value, graph.integers([-1, rows, 1, columns, 1, block])])
  const stretched = graph.node('Pad', [apart, graph.integers([0, 0, 0, 0, 0, 0, 0, 0, strides[0] - 1, 0, strides[1] - 1, 0])])
  const [height, width] = [rows * strides[0], columns * strides[1]]
  const whole = graph.node('Reshape', [stretched, graph.integers([-1, height, width, block])])
  const cut = surplus[0] === 0 && surplus[1] === 0 ? whole : graph.node('Slice', [whole, graph.integers([0, 0]), graph.integers([height + surplus[0], width + surplus[1]]), graph.integers([1, 2])])
  return graph.node('Reshape', [cut, graph.integers([images.samples, -1, height + surplus[0], width + surplus[1]])])
}

function padded(images: BlockedImages, value: string, [height, width]: readonly number[], [rows, columns]: readonly [number, number], pads: readonly [number, number, number, number]): string {
  const { graph, block } = images
  const planes = graph.node('Reshape', [value, graph.integers([-1, rows, columns, block])])
  const larger = graph.node('Pad', [planes, graph.integers([0, pads[0], pads[1], 0, 0, pads[2], pads[3], 0])])
  return graph.node('Reshape', [larger, graph.integers([images.samples, -1, height!, width!])])
}

/**
 * The same of a strided convolution phase by phase: pixels as far from a multiple of the stride meet the same part of the taps, so that each phase is a convolution
 * without stride by its part of the kernel. Zeros between the pixels would take a stride's square times the multiplications.
 */
function phaseByPhase(images: BlockedImages, gradient: string, turned: string, { kernel, strides, pads, from, to }: SlidingWindow, bias: string): string {
  const { graph, block } = images
  // Of the padded input, filled up to whole strides.
  const [rows, columns] = [0, 1].map((axis) => Math.ceil((from[axis]! + pads[axis]! + pads[axis + 2]!) / strides[axis]!)) as [number, number]
  const taps = kernel[0] * kernel[1]
  const phase = (row: number, column: number): string => {
    const [tall, wide] = [Math.ceil((kernel[0] - row) / strides[0]), Math.ceil((kernel[1] - column) / strides[1])]
    // In the turned kernel the taps go from last to first.
    const own = Array.from({ length: tall * wide }, (_, index) => {
      const [down, right] = [tall - 1 - Math.floor(index / wide), wide - 1 - (index % wide)]
      return taps - 1 - ((row + strides[0] * down) * kernel[1] + column + strides[1] * right)
    })
    const split = graph.node('Reshape', [turned, graph.integers([-1, taps, block * block])])
    const part = graph.node('Reshape', [graph.node('Gather', [split, graph.integers(own)], { axis: 1 }), graph.integers([images.filled(from[2]!), images.filled(to[2]!), tall, wide])])
    return images.convolution(gradient, part, { bias }, { kernel: [tall, wide], pads: [tall - 1, wide - 1, rows - to[0]!, columns - to[1]!] })
  }
  const interleaved = Array.from({ length: strides[0] }, (_, row) => {
    const phases = Array.from({ length: strides[1] }, (__, column) => graph.node('Reshape', [phase(row, column), graph.integers([-1, block])]))
    return graph.node('Reshape', [graph.node('Concat', phases, { axis: 1 }), graph.integers([-1, columns * strides[1] * block])])
  })
  const [height, width] = [rows * strides[0], columns * strides[1]]
  const whole = graph.node('Reshape', [graph.node('Concat', interleaved, { axis: 1 }), graph.integers([-1, height, width, block])])
  const cut = graph.node('Slice', [whole, graph.integers([pads[0], pads[1]]), graph.integers([pads[0] + from[0]!, pads[1] + from[1]!]), graph.integers([1, 2])])
  return graph.node('Reshape', [cut, graph.integers([images.samples, -1, from[0]!, from[1]!])])
}
