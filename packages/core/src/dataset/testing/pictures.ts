import { sharp } from '../../image/configured-sharp.ts'
import { createHash } from 'node:crypto'

/** A small picture that no other number gives: a grid of coloured blocks, so that perceptual hashes are far apart too. */
export async function picture(number: number, format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' = 'png', side = 32): Promise<Buffer> {
  const blocks = Buffer.concat(Array.from({ length: 10 }, (_, part) => createHash('sha512').update(`${number}:${part}`).digest())).subarray(0, 9 * 9 * 3)
  return sharp(blocks, { raw: { width: 9, height: 9, channels: 3 } }).resize(side, side, { kernel: 'nearest' }).toFormat(format).toBuffer()
}
