import type { ImageFormat } from '../image/sniff-format.ts'

/**
 * Whether an image file is shorter than its own structure says. Asked of files that failed to decode, to tell a copy that was
 * cut off (get it again) from one that is damaged.
 */
export function endsEarly(bytes: Uint8Array, format: ImageFormat): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (format === 'jpeg') return jpegEndsEarly(buffer)
  if (format === 'png') return !endsWithChunk(buffer, 'IEND')
  if (format === 'webp') return buffer.length < 12 || buffer.readUInt32LE(4) + 8 > buffer.length
  if (format === 'gif') return buffer.lastIndexOf(0x3b) < buffer.length - 2
  if (format === 'tiff') return tiffEndsEarly(buffer)
  return avifEndsEarly(buffer)
}

/** No end marker after the last start of scan; one before it may belong to an embedded thumbnail. */
function jpegEndsEarly(buffer: Buffer): boolean {
  const lastScan = buffer.lastIndexOf(Buffer.from([0xff, 0xda]))
  return lastScan < 0 || buffer.indexOf(Buffer.from([0xff, 0xd9]), lastScan) < 0
}

/** Walks a PNG's chunks (length, name, data, checksum) to the one that ends it. */
function endsWithChunk(buffer: Buffer, name: string): boolean {
  let position = 8
  while (position + 12 <= buffer.length) {
    if (buffer.toString('latin1', position + 4, position + 8) === name) return true
    position += 12 + buffer.readUInt32BE(position)
  }
  return false
}

/** The first directory, which many writers put last, lies beyond the end. */
function tiffEndsEarly(buffer: Buffer): boolean {
  if (buffer.length < 8) return true
  const directory = buffer[0] === 0x49 ? buffer.readUInt32LE(4) : buffer.readUInt32BE(4)
  return directory + 2 > buffer.length
}

/** A box reaches beyond the end. */
function avifEndsEarly(buffer: Buffer): boolean {
  let position = 0
  while (position + 8 <= buffer.length) {
    const size = buffer.readUInt32BE(position)
    // 0: to the end of the file; 1: a 64-bit size follows, which no photo needs.
    if (size < 8) return false
    position += size
  }
  return position !== buffer.length
}
