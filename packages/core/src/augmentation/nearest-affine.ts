/** Source position of an output pixel's centre, as Pillow takes it: x' = a x + b y + c, y' = d x + e y + f. */
export type PillowMatrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

const fixed = (value: number): number => Math.floor(value * 65536 + 0.5)

/** Pillow's `Image.transform(size, AFFINE, matrix, NEAREST)`, in its 16.16 fixed point; outside is black. Sides of less than 32768 pixels. */
export function nearestAffine(pixels: Uint8Array, height: number, width: number, matrix: PillowMatrix): Uint8Array {
  const [a, b, c, d, e, f] = matrix
  const [stepX, rowX, stepY, rowY] = [fixed(a), fixed(b), fixed(d), fixed(e)]
  const out = new Uint8Array(pixels.length)
  let [startX, startY, target] = [fixed(c + a * 0.5 + b * 0.5), fixed(f + d * 0.5 + e * 0.5), 0]
  for (let row = 0; row < height; row++, startX += rowX, startY += rowY) {
    let [x, y] = [startX, startY]
    for (let column = 0; column < width; column++, target += 3, x += stepX, y += stepY) {
      const [fromX, fromY] = [x >> 16, y >> 16]
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue
      const source = (fromY * width + fromX) * 3
      out[target] = pixels[source]!
      out[target + 1] = pixels[source + 1]!
      out[target + 2] = pixels[source + 2]!
    }
  }
  return out
}

/** The matrix of Pillow's `Image.rotate`: degrees counter-clockwise around the centre. */
export function rotationMatrix(degrees: number, height: number, width: number): PillowMatrix {
  const angle = (-(((degrees % 360) + 360) % 360) * Math.PI) / 180
  const fifteen = (value: number): number => Number(value.toFixed(15))
  const [a, b, d, e] = [fifteen(Math.cos(angle)), fifteen(Math.sin(angle)), fifteen(-Math.sin(angle)), fifteen(Math.cos(angle))]
  const [x, y] = [width / 2, height / 2]
  return [a, b, a * -x + b * -y + x, d, e, d * -x + e * -y + y]
}
