import type { Padding, Pair } from '../network/description.ts'

/** Rows and columns added around an image: [top, left, bottom, right], ONNX's order. */
export type Pads = readonly [number, number, number, number]

/**
 * Pads of a sliding window as TensorFlow sets them. `same` gives ceil(length / stride) positions and puts the odd pixel at
 * the bottom and the right.
 */
export function windowPads(inputShape: readonly number[], window: { size: Pair; strides: Pair; padding: Padding; dilation?: Pair }): Pads {
  if (window.padding === 'valid') return [0, 0, 0, 0]
  const [rows, columns] = [0, 1].map((axis) => {
    const stride = window.strides[axis]!
    const reach = (window.dilation?.[axis] ?? 1) * (window.size[axis]! - 1) + 1
    const length = inputShape[axis]!
    const total = Math.max((Math.ceil(length / stride) - 1) * stride + reach - length, 0)
    const before = Math.floor(total / 2)
    return [before, total - before] as const
  }) as [readonly [number, number], readonly [number, number]]
  return [rows[0], columns[0], rows[1], columns[1]]
}

export function addPads(a: Pads, b: Pads): Pads {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
}
