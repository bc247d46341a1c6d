import type { RgbImage } from '../image/resample.ts'

/**
 * 64-bit difference hash: the image is averaged down to 9 x 8 grey cells, a bit says whether a cell is brighter than its right
 * neighbour. Rescaling, recompression and small changes of colour move few bits. (Krawetz, "Kind of Like That", 2013.)
 *
 * @returns 16 hexadecimal digits, row by row from the top left.
 */
export function differenceHash(image: RgbImage): string {
  const columns = 9
  const rows = 8
  const sums = new Float64Array(columns * rows)
  const counts = new Float64Array(columns * rows)
  const columnOf = Int32Array.from({ length: image.width }, (_, x) => Math.floor((x * columns) / image.width))
  let position = 0
  for (let y = 0; y < image.height; y++) {
    const rowStart = Math.floor((y * rows) / image.height) * columns
    for (let x = 0; x < image.width; x++) {
      const cell = rowStart + columnOf[x]!
      sums[cell]! += 299 * image.data[position]! + 587 * image.data[position + 1]! + 114 * image.data[position + 2]!
      counts[cell]!++
      position += 3
    }
  }
  let hash = ''
  for (let row = 0; row < rows; row++) {
    let bits = 0
    for (let column = 0; column < columns - 1; column++) {
      const cell = row * columns + column
      const left = sums[cell]! / Math.max(1, counts[cell]!)
      const right = sums[cell + 1]! / Math.max(1, counts[cell + 1]!)
      bits = bits * 2 + (left > right ? 1 : 0)
    }
    hash += bits.toString(16).padStart(2, '0')
  }
  return hash
}
