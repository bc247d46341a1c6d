/** A step of an image in Keras's words: `tx` and `zx` go along rows (height), `ty` and `zy` along columns (width). */
export interface AffineParameters {
  /** Degrees. */
  readonly theta: number
  /** Pixels. */
  readonly tx: number
  readonly ty: number
  /** Degrees. */
  readonly shear: number
  /** Factors of the coordinates: above 1 shrinks the picture. */
  readonly zx: number
  readonly zy: number
}

/** Source position of an output pixel: row' = a row + b column + c, column' = d row + e column + f. */
export type AffineMatrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

type Matrix = readonly number[] // 3 x 3, row by row

const multiply = (left: Matrix, right: Matrix): Matrix =>
  Array.from({ length: 9 }, (_, place) => [0, 1, 2].reduce((sum, inner) => sum + left[Math.floor(place / 3) * 3 + inner]! * right[inner * 3 + (place % 3)]!, 0))

/**
 * The matrix of Keras's `apply_affine_transform` (keras/src/legacy/preprocessing/image.py): rotation x shift x shear x zoom
 * around the image's centre, with its first two axes exchanged at the end as Keras does. Null where nothing moves: Keras then leaves the image alone.
 */
export function affineMatrix({ theta, tx, ty, shear, zx, zy }: AffineParameters, height: number, width: number): AffineMatrix | null {
  const steps: Matrix[] = []
  const [turn, slant] = [(theta * Math.PI) / 180, (shear * Math.PI) / 180]
  if (theta !== 0) steps.push([Math.cos(turn), -Math.sin(turn), 0, Math.sin(turn), Math.cos(turn), 0, 0, 0, 1])
  if (tx !== 0 || ty !== 0) steps.push([1, 0, tx, 0, 1, ty, 0, 0, 1])
  if (shear !== 0) steps.push([1, -Math.sin(slant), 0, 0, Math.cos(slant), 0, 0, 0, 1])
  if (zx !== 1 || zy !== 1) steps.push([zx, 0, 0, 0, zy, 0, 0, 0, 1])
  if (steps.length === 0) return null
  const [row, column] = [height / 2 - 0.5, width / 2 - 0.5]
  const centred = multiply(multiply([1, 0, row, 0, 1, column, 0, 0, 1], steps.reduce(multiply)), [1, 0, -row, 0, 1, -column, 0, 0, 1])
  const [a, b, c, d, e, f] = centred as [number, number, number, number, number, number]
  return [e, d, f, b, a, c]
}
