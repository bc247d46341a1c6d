import type { SharpOptions } from 'sharp'
import { sharp } from './configured-sharp.ts'
import type { RgbImage } from './resample.ts'

/** Images over 50 megapixels are refused before their pixels are decoded. */
export const maximumPixels = 50_000_000

/**
 * Decodes an image file to upright 8-bit sRGB. EXIF orientation and an embedded colour profile are applied, CMYK, grey and
 * 16-bit are converted, transparency is laid over white, of an animation the first frame is taken. Without a colour profile the
 * pixels are those of Pillow's decoders bit for bit (same libjpeg-turbo settings: accurate DCT, smooth chroma upsampling).
 *
 * `failOn` says what counts as damage: `warning` is sharp's strictest, `error` forgives what viewers forgive too, `none` also
 * takes what there is of a truncated file.
 */
export async function decodePixels(bytes: Uint8Array, failOn: NonNullable<SharpOptions['failOn']> = 'error'): Promise<RgbImage> {
  const { data, info } = await sharp(bytes, { failOn, limitInputPixels: maximumPixels, sequentialRead: true })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { data: threeChannels(data, info.width * info.height, info.channels), width: info.width, height: info.height }
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
