import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** Size and hexadecimal hashes of a file. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<{ sha256: string; md5: string; bytes: number }> {
  const sha256 = createHash('sha256')
  const md5 = createHash('md5')
  let bytes = 0
  for await (const chunk of createReadStream(path, signal === undefined ? {} : { signal })) {
    sha256.update(chunk as Buffer)
    md5.update(chunk as Buffer)
    bytes += (chunk as Buffer).byteLength
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex'), bytes }
}
