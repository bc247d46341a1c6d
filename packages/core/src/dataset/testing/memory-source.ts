import { GraftError } from '@graft/contracts/errors'
import type { ImageSource } from '../image-source.ts'

/** A source whose files are given as an object; what an import reads in tests that need no disk. */
export function memorySource(files: Readonly<Record<string, Uint8Array>>): ImageSource {
  return {
    async *entries() {
      for (const [path, bytes] of Object.entries(files)) yield { path, bytes: bytes.length }
    },
    async read(path) {
      const bytes = files[path]
      if (bytes === undefined) throw new GraftError('not_found', `No "${path}".`)
      return bytes
    },
    async close() {},
  }
}
