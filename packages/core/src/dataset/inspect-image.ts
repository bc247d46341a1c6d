import { createHash } from 'node:crypto'
import { sharp } from '../image/configured-sharp.ts'
import { decodePixels, maximumPixels } from '../image/decode-pixels.ts'
import type { RgbImage } from '../image/resample.ts'
import { describeOtherFile, type ImageFormat, sniffFormat } from '../image/sniff-format.ts'
import type { DecodeFailure, DecodeOutcome } from './decoded-image.ts'
import { endsEarly } from './ends-early.ts'
import { differenceHash } from './perceptual-hash.ts'

/** Longer side of thumbnails in pixels: enough for a gallery tile on a dense screen and a sample picture. */
const thumbnailSide = 256

/** Decodes one untrusted file and measures it. Runs in the child process; never throws for what the file holds. */
export async function inspectImage(bytes: Uint8Array): Promise<DecodeOutcome> {
  if (bytes.length === 0) return { failure: { kind: 'empty', reason: 'The file has zero bytes.' } }
  const format = sniffFormat(bytes)
  if (format === null) return { failure: { kind: 'not-an-image', reason: describeOtherFile(bytes) } }
  const decoded = await decodeTolerantly(bytes, format)
  if ('kind' in decoded) return { failure: decoded }
  return {
    image: {
      format,
      width: decoded.width,
      height: decoded.height,
      pixelHash: hashPixels(decoded),
      perceptualHash: differenceHash(decoded),
      thumbnail: await makeThumbnail(decoded),
    },
  }
}

/** Strictly first; a file that only made the decoder warn (odd metadata, stray bytes) is taken unless its picture is damaged. */
async function decodeTolerantly(bytes: Uint8Array, format: ImageFormat): Promise<RgbImage | DecodeFailure> {
  try {
    return await decodePixels(bytes, { failOn: 'warning' })
  } catch (error) {
    if (damageMessage.test(messageOf(error))) return classifyDecodeError(error, bytes, format)
  }
  try {
    return await decodePixels(bytes)
  } catch (error) {
    return classifyDecodeError(error, bytes, format)
  }
}

/** libjpeg goes on after these with made-up pixels and says so only in a warning. */
const damageMessage = /corrupt jpeg data: (?!.*extraneous bytes)|bad huffman|premature end/i

function classifyDecodeError(error: unknown, bytes: Uint8Array, format: ImageFormat): DecodeFailure {
  const message = messageOf(error)
  if (/exceeds pixel limit/i.test(message)) return { kind: 'too-large', reason: `The image has more than ${maximumPixels / 1e6} megapixels.` }
  if (endsEarly(bytes, format)) return { kind: 'truncated', reason: 'The file ends before its image does: it was cut off.' }
  return { kind: 'corrupt', reason: `No decoder can read it (${lastLine(message)}).` }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The decoder's own last words, at most 120 characters: its first lines are often only about how it tried. */
function lastLine(message: string): string {
  const line = message.trim().split('\n').at(-1)!.replace(/^Input buffer (has corrupt header|contains unsupported image format):?\s*/, '').trim()
  if (line === '') return 'it is not what a file of its kind looks like inside'
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}

function hashPixels(image: RgbImage): string {
  return createHash('sha256').update(`${image.width}x${image.height}\n`).update(image.data).digest('hex')
}

async function makeThumbnail(image: RgbImage): Promise<Uint8Array> {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 }, limitInputPixels: maximumPixels })
    .resize({ width: thumbnailSide, height: thumbnailSide, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80, effort: 2 })
    .toBuffer()
}
