import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFeatureCache } from './feature-cache.ts'
import { exitCode, startFixture } from './testing/run-fixture.ts'
import { imageHash, testSpace, testVector } from './testing/test-features.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-features-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const some = (first: number, count: number): Map<string, Float32Array> => new Map(Array.from({ length: count }, (_value, index) => [imageHash(first + index), testVector(first + index)]))
const hashes = (first: number, count: number): string[] => [...some(first, count).keys()]
const packs = async (): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.name.endsWith('.features')).map((entry) => join(entry.parentPath, entry.name))

test('vectors are read back, and only those asked for', async () => {
  const cache = createFeatureCache(folder)
  await cache.write(testSpace, some(0, 10), 0.2)
  await cache.write(testSpace, some(10, 10), 0.4)
  const { features, secondsEach } = await createFeatureCache(folder).read(testSpace, [imageHash(3), imageHash(12), imageHash(99)])
  expect(features).toEqual(new Map([[imageHash(3), testVector(3)], [imageHash(12), testVector(12)]]))
  expect(secondsEach).toBeCloseTo(0.3)
})

test('an unknown space has nothing; spaces differ in everything a feature depends on', async () => {
  const cache = createFeatureCache(folder)
  expect(await cache.read(testSpace, hashes(0, 1))).toEqual({ features: new Map(), secondsEach: 0 })
  await cache.write(testSpace, some(0, 1), 1)
  for (const other of [
    { ...testSpace, weightsSha256: 'b'.repeat(64) },
    { ...testSpace, layer: 'block4_pool' },
    { ...testSpace, pooling: 'max' as const },
    { ...testSpace, engineVersion: 2 },
    { ...testSpace, preprocessing: { ...testSpace.preprocessing, interpolation: 'nearest' as const } },
  ]) {
    expect((await cache.read(other, hashes(0, 1))).features.size).toBe(0)
  }
})

test('many small packs are merged, without loss', async () => {
  const cache = createFeatureCache(folder, { mergeAbove: 4 })
  for (let index = 0; index < 30; index += 1) await cache.write(testSpace, some(index, 1), 1)
  expect((await packs()).length).toBeLessThanOrEqual(5)
  expect((await cache.read(testSpace, hashes(0, 30))).features).toEqual(some(0, 30))
})

test('large packs are left as they are', async () => {
  const cache = createFeatureCache(folder, { mergeAbove: 2, smallBelowBytes: 5000 })
  await cache.write(testSpace, some(0, 20), 1)
  const [large] = await packs()
  for (let index = 20; index < 30; index += 1) await cache.write(testSpace, some(index, 1), 1)
  expect(await packs()).toContain(large)
  expect((await cache.read(testSpace, hashes(0, 30))).features).toEqual(some(0, 30))
})

test('every flipped bit is noticed: a vector is right or absent', async () => {
  const cache = createFeatureCache(folder)
  await cache.write(testSpace, some(0, 4), 1)
  const [pack] = (await packs()) as [string]
  const original = await readFile(pack)
  for (let position = 0; position < original.length; position += 13) {
    const damaged = Buffer.from(original)
    damaged[position] = (damaged[position] as number) ^ (1 << (position % 8))
    await writeFile(pack, damaged)
    const { features } = await cache.read(testSpace, hashes(0, 4))
    expect(features.size).toBeLessThan(4)
    for (const [sha256, vector] of features) expect(vector).toEqual(some(0, 4).get(sha256))
  }
})

test('a truncated pack is passed over, its vectors can be written again', async () => {
  const cache = createFeatureCache(folder)
  await cache.write(testSpace, some(0, 4), 1)
  const [pack] = (await packs()) as [string]
  const { size } = await stat(pack)
  for (const length of [size - 1, size - 1000, 30, 8, 3, 0]) {
    await truncate(pack, length)
    expect((await cache.read(testSpace, hashes(0, 4))).features.size).toBe(0)
  }
  await cache.write(testSpace, some(0, 4), 1)
  expect((await cache.read(testSpace, hashes(0, 4))).features).toEqual(some(0, 4))
})

test('two processes write and merge at once while a third reads', async () => {
  const writers = await Promise.all([startFixture('write-features.ts', [folder, '0', '40']), startFixture('write-features.ts', [folder, '30', '40'])])
  const cache = createFeatureCache(folder)
  let largest = 0
  while (writers.some((writer) => writer.exitCode === null)) {
    const { features } = await cache.read(testSpace, hashes(0, 70))
    for (const [sha256, vector] of features) expect(vector).toEqual(some(0, 70).get(sha256))
    // Nothing that was there is ever gone again.
    expect(features.size).toBeGreaterThanOrEqual(largest)
    largest = features.size
  }
  expect(writers.map((writer) => writer.exitCode)).toEqual([0, 0])
  expect((await cache.read(testSpace, hashes(0, 70))).features).toEqual(some(0, 70))
})

test('a process killed while it writes and merges loses nothing it had written', async () => {
  const writer = await startFixture('write-features.ts', [folder, '0', '100000'])
  const cache = createFeatureCache(folder)
  let before = 0
  while (before < 10) before = (await cache.read(testSpace, hashes(0, 50))).features.size
  writer.kill('SIGKILL')
  await exitCode(writer)
  const { features } = await cache.read(testSpace, hashes(0, 50))
  expect(features.size).toBeGreaterThanOrEqual(before)
  for (const [sha256, vector] of features) expect(vector).toEqual(some(0, 50).get(sha256))
})

test('a fired signal stops reading and writing', async () => {
  const cache = createFeatureCache(folder)
  await cache.write(testSpace, some(0, 4), 1)
  const stopped = AbortSignal.abort()
  await expect(cache.read(testSpace, hashes(0, 4), stopped)).rejects.toMatchObject({ code: 'aborted' })
  await expect(cache.write(testSpace, some(4, 4), 1, stopped)).rejects.toMatchObject({ code: 'aborted' })
  expect(await packs()).toHaveLength(1)
})
