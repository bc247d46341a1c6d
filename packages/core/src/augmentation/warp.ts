import type { AffineMatrix } from './affine-matrix.ts'

export type FillMode = 'nearest' | 'reflect' | 'wrap' | 'constant'

/** scipy's `map_coordinate`: a position outside of an axis of `length` brought inside; NaN where `constant` fills. */
function inside(position: number, length: number, mode: FillMode): number {
  if (position >= 0 && position <= length - 1) return position
  if (mode === 'nearest') return position < 0 ? 0 : length - 1
  if (mode === 'constant') return Number.NaN
  if (length <= 1) return 0
  if (mode === 'wrap') {
    const period = length - 1
    return position < 0 ? position + period * (Math.trunc(-position / period) + 1) : position - period * Math.trunc(position / period)
  }
  const period = 2 * length
  if (position < 0) {
    const shifted = position < -period ? period * Math.trunc(-position / period) + position : position
    return shifted < -length ? shifted + period : (shifted > -1e-15 ? 1e-15 : -shifted) - 1
  }
  const shifted = position - period * Math.trunc(position / period)
  return shifted >= length ? period - shifted - 1 : shifted
}

/** A whole position at most one step outside, for the second pixel of an interpolation. */
const neighbour = (index: number, length: number): number => (index < 0 ? 0 : index >= length ? length - 1 : index)

/**
 * Moves an image (height x width x 3, interleaved) by an affine matrix with linear interpolation, as `scipy.ndimage.affine_transform`
 * with `order=1` does it channel by channel in Keras, in double precision, to float32.
 */
export function warp(pixels: Uint8Array, height: number, width: number, matrix: AffineMatrix, mode: FillMode, fillValue: number): Float32Array {
  const [a, b, c, d, e, f] = matrix
  const out = new Float32Array(pixels.length)
  const [lastRow, lastColumn] = [height - 1, width - 1]
  let target = 0
  for (let row = 0; row < height; row++) {
    const rowStart = c + a * row
    const columnStart = f + d * row
    for (let column = 0; column < width; column++, target += 3) {
      let y = rowStart + b * column
      let x = columnStart + e * column
      if (!(y >= 0 && y <= lastRow)) y = inside(y, height, mode)
      if (!(x >= 0 && x <= lastColumn)) x = inside(x, width, mode)
      if (mode === 'constant' && (y !== y || x !== x)) {
        out[target] = out[target + 1] = out[target + 2] = fillValue
        continue
      }
      const top = Math.floor(y)
      const left = Math.floor(x)
      const down = y - top
      const right = x - left
      const above = neighbour(top, height) * width
      const below = neighbour(top + 1, height) * width
      const near = neighbour(left, width)
      const far = neighbour(left + 1, width)
      const one = (above + near) * 3
      const two = (above + far) * 3
      const three = (below + near) * 3
      const four = (below + far) * 3
      const weight1 = (1 - down) * (1 - right)
      const weight2 = (1 - down) * right
      const weight3 = down * (1 - right)
      const weight4 = down * right
      out[target] = pixels[one]! * weight1 + pixels[two]! * weight2 + pixels[three]! * weight3 + pixels[four]! * weight4
      out[target + 1] = pixels[one + 1]! * weight1 + pixels[two + 1]! * weight2 + pixels[three + 1]! * weight3 + pixels[four + 1]! * weight4
      out[target + 2] = pixels[one + 2]! * weight1 + pixels[two + 2]! * weight2 + pixels[three + 2]! * weight3 + pixels[four + 2]! * weight4
    }
  }
  return out
}
