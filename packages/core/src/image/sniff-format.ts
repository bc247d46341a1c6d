export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif'

function textAt(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length))
}

/** The image format that the first bytes say, whatever the file's name; null for everything that Graft does not decode. */
export function sniffFormat(bytes: Uint8Array): ImageFormat | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (textAt(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WEBP') return 'webp'
  if (textAt(bytes, 0, 4) === 'GIF8') return 'gif'
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(textAt(bytes, 0, 4))) return 'tiff'
  if (textAt(bytes, 4, 4) === 'ftyp' && /avi[fs]/.test(textAt(bytes, 8, 24))) return 'avif'
  return null
}

/** Says in a sentence or two what a file that Graft does not decode is, and what it does decode. */
export function describeOtherFile(bytes: Uint8Array): string {
  return `The file is ${otherKind(bytes)}. Graft reads JPEG, PNG, WebP, GIF, TIFF and AVIF.`
}

function otherKind(bytes: Uint8Array): string {
  const start = textAt(bytes, 0, 512)
  if (start.startsWith('PK\x03\x04')) return 'a zip archive'
  if (start.startsWith('BM')) return 'a BMP image, which Graft does not read'
  if (start.startsWith('%PDF')) return 'a PDF document'
  if (start.startsWith('8BPS')) return 'a Photoshop file'
  if (start.slice(4, 8) === 'ftyp' && /hei[cfx]|mif1|hevc/.test(start.slice(8, 32))) return 'a HEIC photo, which Graft does not read'
  if (start.slice(4, 8) === 'ftyp') return 'a video'
  if (start.startsWith('\x1f\x8b')) return 'a gzip archive'
  if (/<svg[\s>]/i.test(start)) return 'an SVG drawing'
  if (/^\s*(<!doctype|<html|<\?xml)/i.test(start)) return 'a web page or XML file'
  return 'no image'
}
