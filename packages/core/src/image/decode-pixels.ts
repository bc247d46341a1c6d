import type { SharpOptions } from 'sharp'
import { sharp } from './configured-sharp.ts'
import type { RgbImage } from './resample.ts'

/** Images over 50 megapixels are refused before their pixels are decoded. */
export const maximumPixels = 50_000_000

export interface DecodeOptions {
  /** What counts as damage: `warning` is sharp's strictest, `error` (the default) forgives what viewers forgive too. */
  failOn?: NonNullable<SharpOptions['failOn']>
  /** Height and width that will be made of it: a JPEG many times that size may then come at a quarter or an eighth of its own. */
  enough?: readonly [number, number]
}

/**
 * Decodes an image file to upright 8-bit sRGB. EXIF orientation and an embedded colour profile are applied, CMYK, grey and
 * 16-bit are converted, transparency is laid over white, of an animation the first frame is taken. Without a colour profile the
 * pixels are those of Pillow's decoders bit for bit (same libjpeg-turbo settings: accurate DCT, smooth chroma upsampling).
 *
 * @returns the full image, or a smaller one where `enough` allows it.
 */
export async function decodePixels(bytes: Uint8Array, options: DecodeOptions = {}): Promise<RgbImage> {
  const { failOn = 'error', enough } = options
  const reader = sharp(bytes, { failOn, limitInputPixels: maximumPixels, sequentialRead: true }).autoOrient()
  const reduced = enough === undefined ? null : await reducedSize(bytes, enough)
  if (reduced !== null) reader.resize({ ...reduced, fit: 'fill', kernel: 'linear', fastShrinkOnLoad: true })
  const { data, info } = await reader
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { data: threeChannels(data, info.width * info.height, info.channels), width: info.width, height: info.height }
}

/** Pixels that the decoder's own shrinking must leave for each one that is wanted: with three the filter after it decides the look. */
const pixelsToSpare = 3

/**
 * The size at which a large JPEG may be decoded: a quarter or an eighth of its own, which its decoder makes in a fraction of
 * the time. Null for other formats and smaller pictures.
 */
async function reducedSize(bytes: Uint8Array, enough: readonly [number, number]): Promise<{ width: number; height: number } | null> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null
  const { width, height } = (await sharp(bytes, { limitInputPixels: maximumPixels }).metadata()).autoOrient
  const spare = Math.min(height / enough[0], width / enough[1]) / pixelsToSpare
  const factor = spare >= 8 ? 8 : spare >= 4 ? 4 : 1
  return factor === 1 ? null : { width: Math.ceil(width / factor), height: Math.ceil(height / factor) }
}

/** sharp gives grey as one channel where it can; repeats it so that every image has three. */
function threeChannels(data: Uint8Array, pixels: number, channels: number): Uint8Array {
  if (channels === 3) return data
  const colours = new Uint8Array(pixels * 3)
  for (let pixel = 0; pixel < pixels; pixel++) {
    const source = pixel * channels
    colours[pixel * 3] = data[source]!
    colours[pixel * 3 + 1] = data[channels >= 3 ? source + 1 : source]!
    colours[pixel * 3 + 2] = data[channels >= 3 ? source + 2 : source]!
  }
  return colours
}
