/** Pillow's operations on 8-bit RGB (pixels interleaved), bit for bit. Each returns new pixels. */

/** Pillow's `L`: luma of ITU-R 601-2 in 16-bit fixed point. */
export function luma(pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array(pixels.length / 3)
  for (let pixel = 0, place = 0; pixel < out.length; pixel++, place += 3) out[pixel] = (pixels[place]! * 19595 + pixels[place + 1]! * 38470 + pixels[place + 2]! * 7471 + 0x8000) >> 16
  return out
}

/**
 * Pillow's `Image.blend(constant, image, factor)` with float32 arithmetic: cut off within the two, clipped beyond. With black it is
 * `ImageEnhance.Brightness`.
 */
export function blend(pixels: Uint8Array, constant: number, factor: number): Uint8Array {
  const table = Uint8Array.from({ length: 256 }, (_, value) => blended(constant, value, Math.fround(factor)))
  return look(pixels, table)
}

function blended(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(factor * (to - from)))
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value)
}

function look(pixels: Uint8Array, table: Uint8Array): Uint8Array {
  const out = new Uint8Array(pixels.length)
  for (let place = 0; place < out.length; place++) out[place] = table[pixels[place]!]!
  return out
}

/** `ImageEnhance.Contrast`: blends with the mean of the grey image. */
export function contrast(pixels: Uint8Array, factor: number): Uint8Array {
  const grey = luma(pixels)
  let sum = 0
  for (let pixel = 0; pixel < grey.length; pixel++) sum += grey[pixel]!
  return blend(pixels, Math.trunc(sum / grey.length + 0.5), factor)
}

/** `ImageEnhance.Color`: blends with the grey image. */
export function saturation(pixels: Uint8Array, factor: number): Uint8Array {
  const grey = luma(pixels)
  const single = Math.fround(factor)
  const out = new Uint8Array(pixels.length)
  for (let place = 0; place < out.length; place++) out[place] = blended(grey[(place / 3) | 0]!, pixels[place]!, single)
  return out
}

/** `ImageEnhance.Sharpness`: blends with the image smoothed by a 3 x 3 kernel (centre 5 of 13), whose border pixels stay. */
export function sharpness(pixels: Uint8Array, height: number, width: number, factor: number): Uint8Array {
  const single = Math.fround(factor)
  const row = width * 3
  const out = Uint8Array.from(pixels, (value) => blended(value, value, single))
  for (let y = 1; y < height - 1; y++) {
    for (let place = y * row + 3; place < (y + 1) * row - 3; place++) {
      let sum = 4 * pixels[place]!
      for (let line = place - row; line <= place + row; line += row) sum += pixels[line - 3]! + pixels[line]! + pixels[line + 3]!
      out[place] = blended(Math.floor(sum / 13 + 0.5), pixels[place]!, single)
    }
  }
  return out
}

/** `ImageOps.posterize`: keeps so many high bits. */
export function posterize(pixels: Uint8Array, bits: number): Uint8Array {
  const mask = bits >= 8 ? 255 : 255 & ~(2 ** (8 - bits) - 1)
  return pixels.map((value) => value & mask)
}

/** `ImageOps.solarize`: inverts values from the threshold up. */
export function solarize(pixels: Uint8Array, threshold: number): Uint8Array {
  return pixels.map((value) => (value < threshold ? value : 255 - value))
}

/** `ImageOps.autocontrast`: stretches each channel to 0 to 255. */
export function autoContrast(pixels: Uint8Array): Uint8Array {
  return channelTables(pixels, (counts) => {
    const low = counts.findIndex((count) => count > 0)
    const high = counts.findLastIndex((count) => count > 0)
    if (high <= low) return null
    const scale = 255 / (high - low)
    return (value) => Math.min(255, Math.max(0, Math.trunc(value * scale + -low * scale)))
  })
}

/** `ImageOps.equalize`: evens out each channel's histogram. */
export function equalize(pixels: Uint8Array): Uint8Array {
  return channelTables(pixels, (counts) => {
    const filled = counts.filter((count) => count > 0)
    const step = Math.floor((filled.reduce((sum, count) => sum + count, 0) - filled.at(-1)!) / 255)
    if (filled.length <= 1 || step === 0) return null
    let total = Math.floor(step / 2)
    const table = counts.map((count) => {
      const value = Math.floor(total / step)
      total += count
      return value
    })
    return (value) => Math.min(255, table[value]!)
  })
}

/** Each channel by a table made of its histogram; null leaves it as it is. */
function channelTables(pixels: Uint8Array, tableOf: (counts: readonly number[]) => ((value: number) => number) | null): Uint8Array {
  const out = pixels.slice()
  for (let channel = 0; channel < 3; channel++) {
    const counts = Array.from({ length: 256 }, () => 0)
    for (let place = channel; place < pixels.length; place += 3) counts[pixels[place]!]!++
    const map = tableOf(counts)
    if (map === null) continue
    const table = Uint8Array.from(counts, (_, value) => map(value))
    for (let place = channel; place < pixels.length; place += 3) out[place] = table[pixels[place]!]!
  }
  return out
}
