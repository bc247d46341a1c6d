import type { CompiledSpace, Point } from '../../space/compiled-space.ts'

/**
 * Squared difference of two places in one parameter: of numbers on the unit interval; of choices 0 or 1 (Hamming). A parameter that
 * one of both lacks is a difference of 1, one that both lack none.
 */
export function squaredDifference(isChoice: boolean, a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : 1
  if (isChoice) return a === b ? 0 : 1
  return (a - b) * (a - b)
}

/** Of all pairs of points, by parameter; the lower triangle row by row, without the diagonal. */
export function pairDifferences(space: CompiledSpace, points: readonly Point[]): Float64Array[] {
  return space.dimensions.map((dimension, index) => {
    const differences = new Float64Array((points.length * (points.length - 1)) / 2)
    let at = 0
    for (let row = 1; row < points.length; row += 1) {
      for (let column = 0; column < row; column += 1) {
        differences[at] = squaredDifference(dimension.kind === 'choice', points[row]![index]!, points[column]![index]!)
        at += 1
      }
    }
    return differences
  })
}
