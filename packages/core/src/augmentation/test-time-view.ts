import { flipHorizontally } from './flip.ts'

/** Shifts in shares of the side: none, then four straight and four diagonal ones of 4%, then of 8%; each view and its mirror image. */
const shifts: readonly (readonly [down: number, right: number])[] = [
  [0, 0],
  ...[0.04, 0.08].flatMap((share) => [[-share, 0], [share, 0], [0, -share], [0, share], [-share, -share], [share, share], [-share, share], [share, -share]] as const),
]

/**
 * The view of an image by which test-time augmentation looks at it: 0 the image itself, 1 its mirror image, then shifted ones and their
 * mirror images in turns, at most 34. Height x width x 3 bytes in and out; border pixels are repeated.
 */
export function testTimeView(pixels: Uint8Array, height: number, width: number, view: number): Uint8Array {
  const [down, right] = shifts[Math.floor(view / 2)]!
  const [rows, columns] = [Math.round(down * height), Math.round(right * width)]
  const out = new Uint8Array(pixels.length)
  for (let row = 0, target = 0; row < height; row++) {
    const line = Math.min(height - 1, Math.max(0, row - rows)) * width
    for (let column = 0; column < width; column++, target += 3) {
      const source = (line + Math.min(width - 1, Math.max(0, column - columns))) * 3
      out[target] = pixels[source]!
      out[target + 1] = pixels[source + 1]!
      out[target + 2] = pixels[source + 2]!
    }
  }
  if (view % 2 === 1) flipHorizontally(out, height, width)
  return out
}
