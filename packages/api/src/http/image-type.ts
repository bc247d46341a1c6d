const signatures: readonly (readonly [type: string, offset: number, bytes: string])[] = [
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/avif', 4, 'ftypavif'],
  ['image/heic', 4, 'ftypheic'],
  ['image/bmp', 0, 'BM'],
  ['image/tiff', 0, 'II*\0'],
  ['image/tiff', 0, 'MM\0*'],
]

/** Media type by the first bytes of a file; null for what is no picture that a browser may show (SVG is none: it can hold scripts). */
export function imageType(firstBytes: Uint8Array): string | null {
  const text = Buffer.from(firstBytes).toString('latin1')
  return signatures.find(([, offset, bytes]) => text.startsWith(bytes, offset))?.[0] ?? null
}
