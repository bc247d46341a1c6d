import { rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { namesIn } from './atomic-file.ts'
import { blobPath } from './local-blob-store.ts'

/** After an eviction this much of the limit may be left, so that not every write evicts. */
const keptFraction = 0.9

interface CachedFile {
  path: string
  bytes: number
  /** Milliseconds since the epoch: kept as the file's modification time, so that it outlives the process. */
  usedAt: number
}

/** Keeps a blob cache under a size by removing what was used longest ago; other processes may use the same folder. */
export function createCacheEviction(folder: string, maxBytes: number) {
  /** Bytes in the folder as far as known here; the folder is looked at again before anything is removed. */
  let estimate: number | undefined

  return {
    async used(sha256: string): Promise<void> {
      const now = new Date()
      // Gone in between: whoever wanted it will notice.
      await utimes(blobPath(folder, sha256), now, now).catch(() => undefined)
    },
    /** Tells of a new content; it is itself never removed for its own sake. */
    async added(bytes: number, sha256: string): Promise<void> {
      estimate = estimate === undefined ? await totalBytes(folder) : estimate + bytes
      if (estimate <= maxBytes) return
      estimate = await evict(folder, maxBytes, blobPath(folder, sha256))
    },
  }
}

async function evict(folder: string, maxBytes: number, keep: string): Promise<number> {
  const files = await cachedFiles(folder)
  let total = files.reduce((sum, file) => sum + file.bytes, 0)
  for (const file of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (total <= maxBytes * keptFraction) break
    if (file.path === keep) continue
    await rm(file.path, { force: true })
    total -= file.bytes
  }
  return total
}

async function totalBytes(folder: string): Promise<number> {
  return (await cachedFiles(folder)).reduce((sum, file) => sum + file.bytes, 0)
}

async function cachedFiles(folder: string): Promise<CachedFile[]> {
  const files: CachedFile[] = []
  for (const first of await fanOut(folder)) {
    for (const second of await fanOut(join(folder, first))) {
      for (const name of await namesIn(join(folder, first, second))) {
        const path = join(folder, first, second, name)
        const found = await stat(path).catch(() => null)
        if (found !== null) files.push({ path, bytes: found.size, usedAt: found.mtimeMs })
      }
    }
  }
  return files
}

const fanOut = async (folder: string): Promise<string[]> => (await namesIn(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name))
