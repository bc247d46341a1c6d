import { GraftError } from '@graft/contracts/errors'
import type { NamedContent } from './blob-store.ts'

/** Contents that one request may name or carry. */
export const largestBatchContents = 1000
/** Bytes of the contents of one request, together. */
export const largestBatchBytes = 16 * 1024 ** 2

const hashBytes = 32
const headBytes = hashBytes + 4

/** Many small contents as one body, each as its SHA-256 (32 bytes), its length (uint32, little-endian) and its bytes. */
export function encodeBatch(contents: readonly NamedContent[]): Buffer {
  return Buffer.concat(
    contents.flatMap(({ sha256, bytes }) => {
      const head = Buffer.alloc(headBytes)
      head.write(sha256, 'hex')
      head.writeUInt32LE(bytes.byteLength, hashBytes)
      return [head, bytes]
    }),
  )
}

/** The largest body that `encodeBatch` makes of what one request may carry. */
export const largestBatchBody = largestBatchBytes + largestBatchContents * headBytes

/** The contents of a body, as views into it. @throws GraftError `invalid_input` for one that was not made so. */
export function decodeBatch(body: Buffer): NamedContent[] {
  const contents: NamedContent[] = []
  for (let at = 0; at < body.length; ) {
    const from = at + headBytes
    const end = from <= body.length ? from + body.readUInt32LE(at + hashBytes) : Number.POSITIVE_INFINITY
    if (end > body.length) throw new GraftError('invalid_input', 'The batch of contents is cut off.', { hint: 'Each content is its SHA-256 (32 bytes), its length (uint32, little-endian) and its bytes.' })
    contents.push({ sha256: body.toString('hex', at, at + hashBytes), bytes: body.subarray(from, end) })
    at = end
  }
  if (contents.length > largestBatchContents) throw new GraftError('too_large', `A batch holds at most ${largestBatchContents} contents.`, { hint: 'Send them in several.' })
  return contents
}
