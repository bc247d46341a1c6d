const prefixBytes = 8

/** The first 8 bytes of an image's SHA-256, in hexadecimal: enough to tell which images a pack may hold; the pack itself names them in full. */
export const imagePrefix = (sha256: string): string => sha256.slice(0, 2 * prefixBytes)

/** Prefixes one after another, 8 bytes each. */
export const packPrefixes = (images: readonly string[]): Buffer => Buffer.concat(images.map((image) => Buffer.from(imagePrefix(image), 'hex')))

/** The reverse of packPrefixes. */
export function readPrefixes(bytes: Uint8Array): string[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: Math.floor(all.length / prefixBytes) }, (_value, index) => all.toString('hex', index * prefixBytes, (index + 1) * prefixBytes))
}
