import type { Preprocessing } from '@graft/contracts/model'
import { GraftError } from '@graft/contracts/errors'
import { decodePixels } from './decode-pixels.ts'
import { resizeBilinear, resizeNearest } from './resample.ts'
import { describeOtherFile, sniffFormat } from './sniff-format.ts'

/**
 * An image file as a network wants it before normalisation: upright 8-bit sRGB, stretched to the input size (the aspect ratio
 * is not kept, as Keras's `load_img`), as Pillow's `Image.resize` does it, `bilinear` antialiased or `nearest`. With `bilinear`
 * a JPEG of at least 12 times the input size is decoded at a quarter of its size first: 4 times faster, 0.2 of 255 levels off
 * on average and 4 at most (Pillow's `draft` with a `reducing_gap` of 3 does the same).
 *
 * @returns height x width x 3 bytes, RGB.
 * @throws GraftError `unsupported` for a file of another kind (drawings and documents are never handed to a decoder), `corrupt`
 * for one that no decoder can read.
 */
export async function loadPixels(bytes: Uint8Array, preprocessing: Preprocessing): Promise<Uint8Array> {
  const [height, width] = preprocessing.inputSize
  if (sniffFormat(bytes) === null) throw new GraftError('unsupported', describeOtherFile(bytes), { hint: 'Save the picture as PNG or JPEG.' })
  const nearest = preprocessing.interpolation === 'nearest'
  const image = await decodePixels(bytes, nearest ? {} : { enough: preprocessing.inputSize }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GraftError('corrupt', `The image cannot be decoded: ${why}`, { hint: 'Open it in a picture viewer and save it again as PNG or JPEG.', cause })
  })
  const resize = nearest ? resizeNearest : resizeBilinear
  return resize(image, height, width).data
}
