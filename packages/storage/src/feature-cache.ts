import { createHash } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GraftError } from '@graft/contracts/errors'
import type { FeatureSpace, FeatureStore } from '@graft/contracts/feature-store'
import { canonicalJson } from '@graft/contracts/recipe'
import { namesIn, removeStaleTemporaryFiles, writeAtomically, writeFully } from './atomic-file.ts'
import { fannedOut, type CacheBound, type CachePart } from './cache-bound.ts'
import { packSuffix, readPack, writePack, type PackContent } from './feature-pack.ts'

export interface FeatureCacheOptions {
  /** What keeps the folder under a size; without it, it only grows. */
  bound?: CacheBound
  /** Small packs of a space are merged into one when there are more than this. */
  mergeAbove?: number
  /** A pack of this many bytes is no longer small. */
  smallBelowBytes?: number
}

/** The packs of a feature cache, for its bound. */
export const featurePacks = (folder: string): CachePart => fannedOut(folder, (name) => name.endsWith(packSuffix))

/** Vectors held in memory by one merge. */
const largestMergeBytes = 256 * 1024 * 1024
/** How often a listing is repeated because packs went into a merge while they were read. */
const listingTries = 5

/**
 * Features in a folder: one folder a space (named by the hash of its canonical JSON, with that JSON in `space.json` for people),
 * immutable packs in it. Several processes may read, write and merge at once: packs appear whole, a merged pack is there before
 * those it replaces go, and the same vector in two packs is no harm. Damaged packs and vectors count as absent.
 */
export function createFeatureCache(folder: string, options: FeatureCacheOptions = {}): FeatureStore {
  const mergeAbove = options.mergeAbove ?? 32
  const smallBelowBytes = options.smallBelowBytes ?? 64 * 1024 * 1024
  const temporaryFolder = join(folder, 'temporary')
  let swept: Promise<void> | undefined

  async function read(space: FeatureSpace, images: readonly string[], signal?: AbortSignal): Promise<{ features: Map<string, Float32Array>; secondsEach: number }> {
    const spaceFolder = folderOf(folder, space)
    for (let tries = 1; ; tries += 1) {
      const missing = new Set(images)
      const features = new Map<string, Float32Array>()
      let seconds = 0
      let vanished = false
      for (const name of await packsIn(spaceFolder)) {
        if (signal?.aborted) throw new GraftError('aborted', 'Stopped.', { cause: signal.reason })
        if (missing.size === 0) break
        const pack = await readOrVanished(join(spaceFolder, name), (sha256) => missing.has(sha256), signal)
        if (pack === 'vanished') vanished = true
        if (pack === 'vanished' || pack === null) continue
        if (pack.features.size > 0) await options.bound?.used(join(spaceFolder, name))
        for (const [sha256, vector] of pack.features) {
          features.set(sha256, vector)
          missing.delete(sha256)
        }
        seconds += pack.features.size * pack.secondsEach
      }
      const complete = missing.size === 0 || !vanished
      if (complete || tries === listingTries) return { features, secondsEach: features.size === 0 ? 0 : seconds / features.size }
    }
  }

  async function write(space: FeatureSpace, features: ReadonlyMap<string, Float32Array>, secondsEach: number, signal?: AbortSignal): Promise<void> {
    if (features.size === 0) return
    swept ??= removeStaleTemporaryFiles(temporaryFolder)
    await swept
    const spaceFolder = folderOf(folder, space)
    await describe(space, spaceFolder)
    await add(spaceFolder, features, secondsEach, signal)
    if ((await packsIn(spaceFolder)).length > mergeAbove) await merge(spaceFolder, signal)
  }

  async function add(spaceFolder: string, features: ReadonlyMap<string, Float32Array>, secondsEach: number, signal?: AbortSignal): Promise<void> {
    const { path, bytes } = await writePack(spaceFolder, temporaryFolder, features, secondsEach, signal)
    await options.bound?.added(bytes, path)
  }

  async function describe(space: FeatureSpace, spaceFolder: string): Promise<void> {
    const path = join(spaceFolder, 'space.json')
    if ((await stat(path).catch(() => null)) !== null) return
    await mkdir(spaceFolder, { recursive: true })
    await writeAtomically(temporaryFolder, async (file) => {
      await writeFully(file, Buffer.from(`${JSON.stringify(space, null, 2)}\n`))
      return path
    })
  }

  async function merge(spaceFolder: string, signal?: AbortSignal): Promise<void> {
    const merged = new Map<string, Float32Array>()
    const replaced: string[] = []
    let bytes = 0
    let seconds = 0
    for (const path of await smallPacks(spaceFolder)) {
      if (bytes > largestMergeBytes) break
      const pack = await readOrVanished(path, () => true, signal)
      if (pack === 'vanished') continue
      replaced.push(path)
      for (const [sha256, vector] of pack?.features ?? []) {
        if (merged.has(sha256)) continue
        merged.set(sha256, vector)
        bytes += vector.byteLength
        seconds += pack?.secondsEach ?? 0
      }
    }
    if (merged.size > 0) await add(spaceFolder, merged, seconds / merged.size, signal)
    for (const path of replaced) await rm(path, { force: true })
  }

  async function smallPacks(spaceFolder: string): Promise<string[]> {
    const paths = (await packsIn(spaceFolder)).map((name) => join(spaceFolder, name))
    const sizes = await Promise.all(paths.map(async (path) => (await stat(path).catch(() => null))?.size ?? Infinity))
    const small = paths.filter((_path, index) => (sizes[index] as number) < smallBelowBytes)
    return small.length > 1 ? small : []
  }

  return { read, write }
}

/** The name of a feature space: SHA-256 of its canonical JSON. */
export const featureSpaceKey = (space: FeatureSpace): string => createHash('sha256').update(canonicalJson(space)).digest('hex')

function folderOf(folder: string, space: FeatureSpace): string {
  const hash = featureSpaceKey(space)
  return join(folder, hash.slice(0, 2), hash)
}

const packsIn = async (spaceFolder: string): Promise<string[]> => (await namesIn(spaceFolder)).filter((name) => name.endsWith(packSuffix)).toSorted()

async function readOrVanished(path: string, wanted: (sha256: string) => boolean, signal?: AbortSignal): Promise<PackContent | null | 'vanished'> {
  try {
    return await readPack(path, wanted, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'vanished'
    throw error
  }
}
