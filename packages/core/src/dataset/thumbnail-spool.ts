import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Thumbnails parked in one temporary file until it is known which images stay: those of 100,000 images do not fit in memory. */
export interface ThumbnailSpool {
  write(thumbnail: Uint8Array): Promise<{ offset: number; length: number }>
  read(place: { offset: number; length: number }): Promise<Uint8Array>
  close(): Promise<void>
}

export async function createThumbnailSpool(): Promise<ThumbnailSpool> {
  const folder = await mkdtemp(join(tmpdir(), 'graft-thumbnails-'))
  const file = await open(join(folder, 'spool'), 'wx+', 0o600)
  // Where the system allows it the open file is nameless from here on, so that not even a killed import leaves it behind.
  await rm(folder, { recursive: true, force: true }).catch(() => {})
  let end = 0
  return {
    async write(thumbnail) {
      const place = { offset: end, length: thumbnail.length }
      end += thumbnail.length
      await file.write(thumbnail, 0, thumbnail.length, place.offset)
      return place
    },
    async read({ offset, length }) {
      const bytes = Buffer.alloc(length)
      await file.read(bytes, 0, length, offset)
      return bytes
    },
    async close() {
      await file.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
