import { GraftError } from './errors.ts'

/** Bytes of the files of one batch, together; a larger file goes alone. */
export const largestUploadBatchBytes = 8 * 1024 ** 2
export const mostUploadBatchFiles = 256
/** UTF-8 bytes of a path of 1024 characters, and two lengths. */
const largestHead = 8 + 4 * 1024
export const largestUploadBatchBody = largestUploadBatchBytes + mostUploadBatchFiles * largestHead

/**
 * Many small files as one body: before the bytes of each file stands its head, the lengths of its path (UTF-8) and of itself
 * (uint32, little-endian), then the path.
 */
export function uploadBatchHead(path: string, bytes: number): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(path)
  const head = new Uint8Array(8 + name.byteLength)
  const view = new DataView(head.buffer)
  view.setUint32(0, name.byteLength, true)
  view.setUint32(4, bytes, true)
  head.set(name, 8)
  return head
}

/** The files of a body, as views into it. @throws GraftError `invalid_input` for one that was not made so, `too_large`. */
export function decodeUploadBatch(body: Uint8Array): { path: string; bytes: Uint8Array }[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const files: { path: string; bytes: Uint8Array }[] = []
  for (let at = 0; at < body.byteLength; ) {
    const name = at + 8
    const content = name <= body.byteLength ? name + view.getUint32(at, true) : Number.POSITIVE_INFINITY
    const end = content <= body.byteLength ? content + view.getUint32(at + 4, true) : Number.POSITIVE_INFINITY
    if (end > body.byteLength) throw new GraftError('invalid_input', 'The batch of files is cut off.', { hint: 'Each file is the lengths of its path and of itself (uint32, little-endian), its path and its bytes.' })
    files.push({ path: new TextDecoder().decode(body.subarray(name, content)), bytes: body.subarray(content, end) })
    at = end
  }
  if (files.length > mostUploadBatchFiles) throw new GraftError('too_large', `A batch holds at most ${mostUploadBatchFiles} files.`, { hint: 'Send them in several.' })
  return files
}
