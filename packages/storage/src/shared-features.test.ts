import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FeatureStore } from '@graft/contracts/feature-store'
import type { BlobStore } from './blob-store.ts'
import { createFeatureCache } from './feature-cache.ts'
import { createLocalBlobStore } from './local-blob-store.ts'
import { createSharedFeatures, type FeatureIndex } from './shared-features.ts'
import { imageHash, testSpace, testVector } from './testing/test-features.ts'

// Two workers with caches of their own, one storage, and an index in memory that behaves as the server's (whose own test is in packages/api).
let folder: string
let storage: BlobStore
let packs: { space: string; sequence: number; sha256: string; images: Uint8Array }[]
let held: Map<string, string>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-shared-'))
  storage = createLocalBlobStore(join(folder, 'storage'))
  packs = []
  held = new Map()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const indexOf = (holder: string): FeatureIndex => ({
  packs: async (space, after) => packs.filter((pack) => pack.space === space && pack.sequence > after),
  add: async (space, { sha256, images }) => void packs.push({ space, sequence: packs.length + 1, sha256, images }),
  async claimShard(_space, shards) {
    const free = shards.find((shard) => [undefined, holder].includes(held.get(shard)))
    if (free !== undefined) held.set(free, holder)
    return free ?? null
  },
  releaseShard: async (_space, shard) => void held.delete(shard),
})
const worker = (name: string, more: { index?: FeatureIndex; patienceSeconds?: number; onProblem?: (problem: string) => void } = {}): FeatureStore =>
  createSharedFeatures({ local: createFeatureCache(join(folder, name)), blobs: storage, index: indexOf(name), shardImages: 10, lookSeconds: 0.01, ...more })
const images = Array.from({ length: 100 }, (_value, index) => imageHash(index))
const vectorOf = new Map(images.map((image, index) => [image, testVector(index)]))

/** What `extractFeatures` does with a store. @returns the images that were computed. */
async function extract(store: FeatureStore, wanted = images, pause = async () => {}): Promise<string[]> {
  const { features } = await store.read(testSpace, wanted)
  const computed: string[] = []
  for await (const { images: portion } of store.divide!(testSpace, wanted, wanted.filter((image) => !features.has(image)))) {
    await pause()
    if (portion.length > 0) await store.write(testSpace, new Map(portion.map((image) => [image, vectorOf.get(image)!])), 0.1)
    computed.push(...portion)
  }
  expect((await store.read(testSpace, wanted)).features).toEqual(new Map(wanted.map((image) => [image, vectorOf.get(image)!])))
  return computed
}

test('what one worker has computed the other fetches, bit by bit', async () => {
  expect((await extract(worker('first'))).toSorted()).toEqual(images.toSorted())
  const second = worker('second')
  expect(await extract(second)).toEqual([])
  expect((await createFeatureCache(join(folder, 'second')).read(testSpace, images)).features.size).toBe(100)
  expect((await second.read(testSpace, images)).secondsEach).toBeCloseTo(0.1)
})

test('a set that holds more images computes the new ones only', async () => {
  await extract(worker('first'), images.slice(0, 60))
  expect((await extract(worker('second'))).toSorted()).toEqual(images.slice(60).toSorted())
})

test('two that are at it at once divide it: each image is computed once', async () => {
  const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 5))
  const [first, second] = await Promise.all([extract(worker('first'), images, breathe), extract(worker('second'), images, breathe)])
  expect([...first, ...second].toSorted()).toEqual(images.toSorted())
  expect(first.length).toBeGreaterThan(10)
  expect(second.length).toBeGreaterThan(10)
  expect(held.size).toBe(0)
})

test('a shard whose worker vanished is computed by another once its lease is over', async () => {
  const claimed = await indexOf('vanished').claimShard('', ['3 of 10'])
  expect(claimed).toBe('3 of 10')
  let rounds = 0
  const computed = await extract(worker('survivor'), images, async () => {
    if (++rounds === 15) held.delete('3 of 10') // what passing time does
  })
  expect(computed.toSorted()).toEqual(images.toSorted())
})

test('a helper computes shards that nobody has and nobody has done, fetches none, and ends when none is left', async () => {
  const assist = async (store: FeatureStore): Promise<string[]> => {
    const computed: string[] = []
    for await (const portion of store.assist!(testSpace, images, 10)) {
      await store.write(testSpace, new Map(portion.map((image) => [image, vectorOf.get(image)!])), 0.1)
      computed.push(...portion)
    }
    return computed
  }
  await indexOf('other').claimShard('', ['3 of 10'])
  const helped = await assist(worker('helper'))
  expect(held.size).toBe(1)
  expect(helped.length).toBeLessThan(images.length)
  // The trial's own worker computes the rest alone once the other one's lease is over.
  held.delete('3 of 10')
  const own = await extract(worker('trial'))
  expect([...helped, ...own].toSorted()).toEqual(images.toSorted())
  expect((await createFeatureCache(join(folder, 'helper')).read(testSpace, images)).features.size).toBe(helped.length)
  expect(await assist(worker('late'))).toEqual([])
})

test('nobody waits for a dead worker: a shard that takes another one far longer than here is computed here as well', async () => {
  await indexOf('dead').claimShard('', ['3 of 10']) // and never gives it back
  expect((await extract(worker('survivor', { patienceSeconds: 0.05 }))).toSorted()).toEqual(images.toSorted())
  expect(held.get('3 of 10')).toBe('dead')
})

test('progress tells what others have computed, and how many shards are left', async () => {
  await extract(worker('first'), images.slice(0, 50))
  const store = worker('second')
  const seen: unknown[] = []
  for await (const { images: portion, ...told } of store.divide!(testSpace, images, images)) {
    await store.write(testSpace, new Map(portion.map((image) => [image, vectorOf.get(image)!])), 0.1)
    seen.push(told)
  }
  expect(seen[0]).toEqual({ elsewhere: 50, shards: { all: 10, left: expect.any(Number) as number } })
  expect((seen.at(-1) as { shards: { left: number } }).shards.left).toBe(1)
})

test('without a server features are computed here; it is said once', async () => {
  const away = async (): Promise<never> => Promise.reject(new Error('away'))
  const problems: string[] = []
  const index: FeatureIndex = { packs: away, add: away, claimShard: away, releaseShard: away }
  expect((await extract(worker('alone', { index, onProblem: (problem) => problems.push(problem) }))).length).toBe(100)
  expect(problems).toEqual(['Features are not shared with other workers: away'])
})

test('an extraction that is stopped ends; what was shared before stays shared', async () => {
  const stop = new AbortController()
  const store = worker('stopped')
  await expect(
    (async () => {
      for await (const { images: portion } of store.divide!(testSpace, images, images, stop.signal)) {
        await store.write(testSpace, new Map(portion.map((image) => [image, vectorOf.get(image)!])), 0.1)
        if (packs.length === 2) stop.abort()
      }
    })(),
  ).rejects.toMatchObject({ code: 'aborted' })
  expect(held.size).toBe(0)
  expect((await extract(worker('other'))).length).toBeLessThan(90)
})
