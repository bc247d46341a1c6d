import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCacheBound, fannedOut } from './cache-bound.ts'
import { createFeatureCache, featurePacks } from './feature-cache.ts'
import { imageHash, testSpace, testVector } from './testing/test-features.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-bound-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A file of 1,000 bytes that was used so many seconds ago. */
async function file(path: string, secondsAgo: number): Promise<string> {
  const whole = join(folder, path)
  await mkdir(dirname(whole), { recursive: true })
  await writeFile(whole, Buffer.alloc(1000))
  const time = new Date(Date.now() - secondsAgo * 1000)
  await utimes(whole, time, time)
  return whole
}
const left = async (): Promise<string[]> => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name).toSorted()

test('two caches share a bound: what was used longest ago goes first, wherever it lies; what just came stays', async () => {
  const bound = createCacheBound(4500, [fannedOut(join(folder, 'blobs')), fannedOut(join(folder, 'features'))])
  await file('blobs/aa/bb/oldest', 50)
  await file('features/cc/dd/older', 40)
  const used = await file('blobs/aa/bb/used', 60)
  await file('features/cc/dd/young', 10)
  await file('temporary/being-written', 90)
  await bound.used(used)
  const added = await file('blobs/ee/ff/added', 100)
  await bound.added(1000, added)
  expect(await left()).toEqual(['added', 'being-written', 'older', 'used', 'young'])
})

test('a file that another process has added is found, though it was never told of', async () => {
  const bound = createCacheBound(10_000, [fannedOut(folder)])
  await bound.added(1000, await file('aa/bb/first', 30))
  for (let index = 0; index < 12; index++) await file(`cc/dd/other-${index}`, 20 - index)
  await bound.added(1000, await file('aa/bb/second', 0))
  expect((await left()).length).toBeLessThanOrEqual(9)
  expect(await left()).toContain('second')
})

test('on a full disk a tenth of the bound gives way; the record of a file goes before the file', async () => {
  const path = await file('models/x.h5', 100)
  const record = await file('models/x.h5.info.json', 0)
  const bound = createCacheBound(10_000, [fannedOut(folder), async () => [{ path, bytes: 1000, usedAt: 0, record }]])
  await file('aa/bb/young', 1)
  expect(await bound.makeRoom()).toBe(1000)
  expect(await left()).toEqual(['young'])
  expect(await createCacheBound(10_000, []).makeRoom()).toBe(0)
})

test('feature packs stay under it, and reading one counts as a use', async () => {
  const features = join(folder, 'features')
  const vectors = (first: number) => new Map(Array.from({ length: 10 }, (_value, index) => [imageHash(first + index), testVector(first + index)] as const))
  const cache = createFeatureCache(features, { bound: createCacheBound(45_000, [featurePacks(features)]) })
  for (const first of [0, 10, 20]) {
    await cache.write(testSpace, vectors(first), 1)
    for (const entry of await readdir(features, { recursive: true })) {
      const path = join(features, entry)
      const { mtimeMs } = await stat(path)
      const earlier = new Date(mtimeMs - 10_000)
      if (entry.endsWith('.features')) await utimes(path, earlier, earlier)
    }
  }
  expect((await cache.read(testSpace, [imageHash(0)])).features.size).toBe(1) // the oldest is the last used now
  await cache.write(testSpace, vectors(30), 1)
  const found = (await cache.read(testSpace, [0, 10, 20, 30].map(imageHash))).features
  expect([0, 10, 20, 30].map((index) => found.has(imageHash(index)))).toEqual([true, false, true, true])
})

test('a cache whose folder is none does not keep the others from their bound', async () => {
  await file('features', 10)
  const bound = createCacheBound(1500, [fannedOut(join(folder, 'blobs')), featurePacks(join(folder, 'features'))])
  await file('blobs/aa/bb/older', 50)
  await bound.added(1000, await file('blobs/aa/bb/added', 5))
  expect(await left()).toEqual(['added', 'features'])
})
