/** Where the axes of a parallel coordinates plot lie: side by side where there is room, below each other where there is not. */
export interface ParallelLayout {
  /** Axes lie flat, below each other. */
  isFlat: boolean
  /** The point of a place (0 to 1) on an axis. */
  x: (axis: number, place: number) => number
  y: (axis: number, place: number) => number
  /** Length of an axis. */
  length: number
  /** Pixels from an axis to the next. */
  gap: number
  axes: number
  /** Of a point: how many axes from the first, and the place along them. */
  across: (point: { x: number; y: number }) => number
  placeAt: (point: { x: number; y: number }) => number
}

const [top, bottom, side] = [34, 14, 46]
const flatGap = 64
const leastGap = 92

export const isFlatAt = (width: number, axes: number): boolean => width < side * 2 + leastGap * (axes - 1)
export const parallelHeight = (width: number, axes: number): number => (isFlatAt(width, axes) ? flatGap * axes + 8 : 360)

export function parallelLayout(width: number, height: number, axes: number): ParallelLayout {
  if (isFlatAt(width, axes)) {
    const [left, length] = [12, width - 24]
    return {
      isFlat: true,
      x: (_, place) => left + place * length,
      y: (axis) => 26 + axis * flatGap,
      length,
      gap: flatGap,
      axes,
      across: ({ y }) => (y - 26) / flatGap,
      placeAt: ({ x }) => (x - left) / length,
    }
  }
  const length = height - top - bottom
  const gap = axes > 1 ? (width - side * 2) / (axes - 1) : 0
  return {
    isFlat: false,
    x: (axis) => side + axis * gap,
    y: (_, place) => top + (1 - place) * length,
    length,
    gap,
    axes,
    across: ({ x }) => (gap === 0 ? 0 : (x - side) / gap),
    placeAt: ({ y }) => 1 - (y - top) / length,
  }
}
