import { setTimeout as sleep } from 'node:timers/promises'
import { GraftError, toErrorReport } from '@graft/contracts/errors'
import type { ExtractionPortion, FeatureSpace, FeatureStore } from '@graft/contracts/feature-store'
import type { BlobStore } from './blob-store.ts'
import { featureSpaceKey } from './feature-cache.ts'
import { encodePack, readPack } from './feature-pack.ts'
import { imagePrefix, packPrefixes, readPrefixes } from './image-prefixes.ts'
import { createPatience, shardsOf } from './shards.ts'

/** What the server knows of shared features: which packs there are, and who computes which shard now. Spaces go by `featureSpaceKey`. */
export interface FeatureIndex {
  /** Packs of a space that were shared after the one of the sequence number `after`, in order. `images`: `packPrefixes` of those whose vectors are in it. */
  packs(space: string, after: number, signal?: AbortSignal): Promise<{ sequence: number; sha256: string; images: Uint8Array }[]>
  /** Tells of a pack that is in the storage. */
  add(space: string, pack: { sha256: string; bytes: number; images: Uint8Array }, signal?: AbortSignal): Promise<void>
  /** Takes the first of these shards that nobody computes, until its lease is over, or longer where it is this worker's already; null: none. */
  claimShard(space: string, shards: readonly string[], signal?: AbortSignal): Promise<string | null>
  releaseShard(space: string, shard: string): Promise<void>
}

export interface SharedFeaturesOptions {
  /** The features on this machine. */
  local: FeatureStore
  /** Where packs travel. */
  blobs: BlobStore
  index: FeatureIndex
  /** Images of a shard, about: an extraction of two or more is divided among the workers. */
  shardImages?: number
  /** Seconds between two looks at what others are computing. */
  lookSeconds?: number
  /** Seconds that another worker may take for a shard at least before it is computed here as well. */
  patienceSeconds?: number
  /** Told why sharing does not work, once. */
  onProblem?(problem: string): void
}

/** Features larger than this are as soon computed as fetched, and would fill the storage. */
const largestSharedVectorBytes = 256 * 1024
const renewSeconds = 5

/**
 * Features of this machine, and of all other workers through the server's storage: what one has computed the others fetch, and a large
 * extraction is divided among those that are at it. Sharing costs no trial: where it does not work, features are computed here.
 */
export function createSharedFeatures({ local, blobs, index, shardImages = 256, lookSeconds = 2, patienceSeconds = 5, onProblem }: SharedFeaturesOptions): FeatureStore {
  /** Packs by space, as far as the server has told, and the images in them. */
  const known = new Map<string, { sequence: number; sha256: string; prefixes: readonly string[] }[]>()
  /** Packs that were fetched already, or are from here. */
  const seen = new Set<string>()
  /** What was computed here and is not shared yet, by space. */
  const unshared = new Map<string, { features: Map<string, Float32Array>; secondsEach: number }>()
  let problem = false

  /** Does without the others where they cannot be reached. */
  async function orAlone<Answer>(work: () => Promise<Answer>, alone: Answer, signal?: AbortSignal): Promise<Answer> {
    try {
      return await work()
    } catch (error) {
      if (signal?.aborted === true) throw new GraftError('aborted', 'Stopped.', { cause: signal.reason })
      if (!problem) onProblem?.(`Features are not shared with other workers: ${toErrorReport(error).message}`)
      problem = true
      return alone
    }
  }

  async function packsOf(key: string, signal?: AbortSignal) {
    const packs = known.get(key) ?? []
    for (const { sequence, sha256, images } of await index.packs(key, packs.at(-1)?.sequence ?? 0, signal)) packs.push({ sequence, sha256, prefixes: readPrefixes(images) })
    known.set(key, packs)
    return packs
  }

  /** Brings the vectors of these images that others have computed to this machine. @returns the images that came. */
  async function fetchShared(space: FeatureSpace, images: readonly string[], signal?: AbortSignal): Promise<Set<string>> {
    const wanted = new Map(images.map((image) => [imagePrefix(image), image]))
    const fetched = new Set<string>()
    await orAlone(
      async () => {
        for (const { sha256, prefixes } of await packsOf(featureSpaceKey(space), signal)) {
          if (seen.has(sha256) || !prefixes.some((prefix) => wanted.has(prefix))) continue
          seen.add(sha256)
          const pack = await readPack(await blobs.path(sha256, signal), (image) => wanted.has(imagePrefix(image)), signal)
          if (pack === null) continue
          await local.write(space, pack.features, pack.secondsEach, signal)
          for (const image of pack.features.keys()) fetched.add(image)
        }
      },
      undefined,
      signal,
    )
    return fetched
  }

  async function read(space: FeatureSpace, images: readonly string[], signal?: AbortSignal): ReturnType<FeatureStore['read']> {
    const here = await local.read(space, images, signal)
    const missing = images.filter((image) => !here.features.has(image))
    if (missing.length === 0) return here
    return (await fetchShared(space, missing, signal)).size === 0 ? here : local.read(space, images, signal)
  }

  async function write(space: FeatureSpace, features: ReadonlyMap<string, Float32Array>, secondsEach: number, signal?: AbortSignal): Promise<void> {
    await local.write(space, features, secondsEach, signal)
    const key = featureSpaceKey(space)
    const [vector] = features.values()
    if (vector === undefined || vector.byteLength > largestSharedVectorBytes) return
    const waiting = unshared.get(key) ?? { features: new Map<string, Float32Array>(), secondsEach }
    for (const [image, each] of features) waiting.features.set(image, each)
    unshared.set(key, { features: waiting.features, secondsEach })
  }

  /** Gives what was computed here to the others. */
  async function share(space: FeatureSpace, signal?: AbortSignal): Promise<void> {
    const key = featureSpaceKey(space)
    const waiting = unshared.get(key)
    unshared.delete(key)
    if (waiting === undefined) return
    await orAlone(
      async () => {
        const { sha256, bytes } = await blobs.write(encodePack(waiting.features, waiting.secondsEach), signal ? { signal } : {})
        seen.add(sha256)
        await index.add(key, { sha256, bytes, images: packPrefixes([...waiting.features.keys()]) }, signal)
      },
      undefined,
      signal,
    )
  }

  async function* divide(space: FeatureSpace, images: readonly string[], missing: readonly string[], signal?: AbortSignal): AsyncGenerator<ExtractionPortion> {
    if (missing.length < 2 * shardImages) {
      yield { images: missing, elsewhere: 0 }
      return share(space, signal)
    }
    const key = featureSpaceKey(space)
    const all = Math.max(2, Math.round(images.length / shardImages))
    const left = shardsOf(all, missing)
    const patience = createPatience(patienceSeconds)
    let elsewhere = 0
    while (left.size > 0) {
      const claimed = await orAlone(() => index.claimShard(key, [...left.keys()], signal), [...left.keys()][0]!, signal)
      // Also before a shard of one's own: whoever had it before may have shared it and gone.
      const fetched = await fetchShared(space, [...left.values()].flat(), signal)
      elsewhere += fetched.size
      for (const [name, own] of left) {
        const still = own.filter((image) => !fetched.has(image))
        if (still.length === 0) left.delete(name)
        else left.set(name, still)
      }
      const portion = { elsewhere, shards: { all, left: left.size } }
      const late = claimed === null && fetched.size === 0 ? patience.overdue(left) : null
      if (claimed !== null) {
        const began = performance.now()
        for await (const own of computeShard(space, claimed, left.get(claimed) ?? [], signal)) yield { ...portion, images: own }
        if (left.has(claimed)) patience.took(secondsSince(began))
        left.delete(claimed)
      } else if (late !== null) {
        yield { ...portion, images: left.get(late)! }
        await share(space, signal)
        left.delete(late)
      } else if (left.size > 0) {
        yield { ...portion, images: [] }
        await sleep(lookSeconds * 1000, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async function* assist(space: FeatureSpace, images: readonly string[], shards: number, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const key = featureSpaceKey(space)
    const missing = async (): Promise<string[]> => {
      const there = new Set((await packsOf(key, signal)).flatMap(({ prefixes }) => prefixes))
      return images.filter((image) => !there.has(imagePrefix(image)))
    }
    for (;;) {
      const left = shardsOf(shards, await missing())
      if (left.size === 0) return
      const claimed = await index.claimShard(key, [...left.keys()], signal)
      if (claimed === null) return
      // Whoever had it before may have shared it and gone.
      yield* computeShard(space, claimed, shardsOf(shards, await missing()).get(claimed) ?? [], signal)
    }
  }

  /** A shard that is this worker's, until it is shared. */
  async function* computeShard(space: FeatureSpace, shard: string, images: readonly string[], signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const key = featureSpaceKey(space)
    const renewing = setInterval(() => void index.claimShard(key, [shard]).catch(() => undefined), renewSeconds * 1000)
    try {
      if (images.length > 0) {
        yield images
        await share(space, signal)
      }
    } finally {
      clearInterval(renewing)
      await index.releaseShard(key, shard).catch(() => undefined)
    }
  }

  return { read, write, divide, assist }
}

const secondsSince = (began: number): number => (performance.now() - began) / 1000
