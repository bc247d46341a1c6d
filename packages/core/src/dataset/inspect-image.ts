import { createHash } from 'node:crypto'
import { sharp } from '../image/configured-sharp.ts'
import { decodePixels, maximumPixels } from '../image/decode-pixels.ts'
import type { RgbImage } from '../image/resample.ts'
import type { DecodeFailure, DecodeOutcome } from './decoded-image.ts'
import { differenceHash } from './perceptual-hash.ts'
import { describeOtherFile, sniffFormat } from './sniff-format.ts'

/** Longer side of thumbnails in pixels: enough for a gallery tile on a dense screen and a sample picture. */
const thumbnailSide = 256

/** Decodes one untrusted file and measures it. Runs in the child process; never throws for what the file holds. */
export async function inspectImage(bytes: Uint8Array): Promise<DecodeOutcome> {
  if (bytes.length === 0) return { failure: { kind: 'empty', reason: 'The file has zero bytes.' } }
  const format = sniffFormat(bytes)
  if (format === null) return { failure: notAnImage(bytes) }
  const decoded = await decodeTolerantly(bytes)
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

function notAnImage(bytes: Uint8Array): DecodeFailure {
  const found = describeOtherFile(bytes)
  const readable = 'Graft reads JPEG, PNG, WebP, GIF, TIFF and AVIF.'
  return { kind: 'not-an-image', reason: found === null ? `The file is no image. ${readable}` : `The file is ${found}. ${readable}` }
}

/** Strictly first; a file that only made the decoder warn (odd metadata, stray bytes) is taken unless its picture is damaged. */
async function decodeTolerantly(bytes: Uint8Array): Promise<RgbImage | DecodeFailure> {
  try {
    return await decodePixels(bytes, 'warning')
  } catch (error) {
    const strict = classifyDecodeError(error)
    if (strict.damage) return strict.failure
  }
  try {
    return await decodePixels(bytes, 'error')
  } catch (error) {
    return classifyDecodeError(error).failure
  }
}

/** libjpeg goes on after these with made-up pixels and says so only in a warning. */
const damageMessage = /corrupt jpeg data: (?!.*extraneous bytes)|bad huffman|premature end|unsupported marker|crc error|inflate|decompress/i
const truncatedMessage = /premature end|truncated|unexpected end|end of file|not enough|too short|eof|incomplete|read error|out of data|unable to read|short read/i
const tooLargeMessage = /exceeds pixel limit|too large|exceeds.*limit|dimension/i

/** sharp's message as an import issue. `damage`: the pixels are wrong, not merely something beside them. */
export function classifyDecodeError(error: unknown): { failure: DecodeFailure; damage: boolean } {
  const message = error instanceof Error ? error.message : String(error)
  const detail = shorten(message)
  if (tooLargeMessage.test(message)) {
    return { failure: { kind: 'too-large', reason: `The image has more than ${maximumPixels / 1e6} megapixels.` }, damage: true }
  }
  if (truncatedMessage.test(message)) {
    return { failure: { kind: 'truncated', reason: `The file ends before its image does (${detail}).` }, damage: true }
  }
  return { failure: { kind: 'corrupt', reason: `No decoder can read it (${detail}).` }, damage: damageMessage.test(message) }
}

/** The decoder's own words in one line of at most 160 characters. */
function shorten(message: string): string {
  const line = message
    .split('\n')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('; ')
  return line.length > 160 ? `${line.slice(0, 159)}…` : line
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
