import { rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { namesIn } from './atomic-file.ts'

/** A file of a cache. */
export interface CachedFile {
  path: string
  bytes: number
  /** Milliseconds since the epoch: kept as the file's modification time, so that it outlives the process. */
  usedAt: number
  /** What goes before it, because it says that the file is there. */
  record?: string
}

/** One of the caches that share a bound: lists what may be removed. */
export type CachePart = () => Promise<CachedFile[]>

/** Keeps caches together under a size by removing what was used longest ago; other processes may use the same folders. */
export interface CacheBound {
  /** Tells of a use. */
  used(path: string): Promise<void>
  /** Tells of a new file; it is itself never removed for its own sake. */
  added(bytes: number, path: string): Promise<void>
  /** Removes a tenth of the bound, the disk being full. @returns how many bytes went. */
  makeRoom(): Promise<number>
}

/** After an eviction this much of the limit may be left, so that not every write evicts. */
const keptFraction = 0.9
/** The folders are looked at again once this part of the limit was added here: other processes add, too. */
const lookFraction = 0.05

export function createCacheBound(maxBytes: number, parts: readonly CachePart[]): CacheBound {
  /** Bytes in the caches as far as known here. */
  let estimate: number | undefined
  let addedSinceLook = 0

  async function list(): Promise<CachedFile[]> {
    // A folder that cannot be read (a file lies in its place) holds nothing to remove; whoever caches in it says so.
    return (await Promise.all(parts.map((part) => part().catch(() => [])))).flat()
  }
  async function evict(target: number, keep?: string): Promise<number> {
    const files = await list()
    const before = files.reduce((sum, file) => sum + file.bytes, 0)
    let total = before
    for (const file of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (total <= target) break
      if (file.path === keep) continue
      if (file.record !== undefined) await rm(file.record, { force: true })
      await rm(file.path, { force: true })
      total -= file.bytes
    }
    estimate = total
    addedSinceLook = 0
    return before - total
  }
  return {
    async used(path) {
      const now = new Date()
      // Gone in between: whoever wanted it will notice.
      await utimes(path, now, now).catch(() => undefined)
    },
    async added(bytes, path) {
      addedSinceLook += bytes
      if (estimate === undefined || addedSinceLook > lookFraction * maxBytes) {
        estimate = (await list()).reduce((sum, file) => sum + file.bytes, 0)
        addedSinceLook = 0
      } else estimate += bytes
      if (estimate > maxBytes) await evict(maxBytes * keptFraction, path)
    },
    async makeRoom() {
      const present = (await list()).reduce((sum, file) => sum + file.bytes, 0)
      return evict(Math.max(0, present - maxBytes * (1 - keptFraction)))
    },
  }
}

/** Whatever lies two folders down, `<ab>/<cd or name>/<file>`: blobs and feature packs. `wanted` says by its name whether a file counts. */
export const fannedOut =
  (folder: string, wanted: (name: string) => boolean = () => true): CachePart =>
  async () => {
    const files: CachedFile[] = []
    for (const first of (await namesIn(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      for (const second of await namesIn(join(folder, first)).catch(() => [])) {
        for (const name of (await namesIn(join(folder, first, second)).catch(() => [])).filter(wanted)) {
          const path = join(folder, first, second, name)
          const found = await stat(path).catch(() => null)
          if (found !== null) files.push({ path, bytes: found.size, usedAt: found.mtimeMs })
        }
      }
    }
    return files
  }
