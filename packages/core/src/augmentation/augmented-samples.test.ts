import { augmentationSchema, type Augmentation } from '@graft/contracts/recipe/augmentation'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRandom } from '@graft/statistics/random'
import { createAugmentationPool, type AugmentationPool } from './augmentation-pool.ts'
import { augmentedSamples, readFromMemory, type AugmentedChunk, type AugmentedSamplesOptions } from './augmented-samples.ts'
import { symmetricBeta } from './beta.ts'
import { drawBox, mixBatch } from './mix-batch.ts'

const [height, width, count, classes, batchSize] = [20, 24, 300, 4, 32]
const random = createRandom(0)
const pixels = Uint8Array.from({ length: count * height * width * 3 }, () => random.integer(256))
const labels = Int32Array.from({ length: count }, (_, index) => index % classes)
const order = createRandom(1).shuffle(Int32Array.from({ length: count }, (_, index) => index))
const augmentation = augmentationSchema.parse({ rotation: 20, zoom: 0.2, horizontalFlip: true })

let pool: AugmentationPool
beforeAll(() => {
  pool = createAugmentationPool(2)
})
afterAll(() => pool.close())

const options = (more: Partial<AugmentedSamplesOptions> = {}): AugmentedSamplesOptions => ({ pool, augmentation, size: [height, width], labels, classes, read: readFromMemory(pixels, height * width * 3), batchSize, seed: 3, epoch: 1, order, ...more })
async function collect(chunks: AsyncIterable<AugmentedChunk>): Promise<{ pixels: Uint8Array; labels: number[]; sizes: number[] }> {
  const all: AugmentedChunk[] = []
  for await (const chunk of chunks) all.push(chunk)
  return { pixels: Buffer.concat(all.map(({ samples }) => samples.data as Uint8Array)), labels: all.flatMap((chunk) => Array.from(chunk.labels)), sizes: all.map(({ samples }) => samples.shape[0]!) }
}

test('an epoch comes in whole batches, in its order, the same bytes with one thread as with two', async () => {
  const two = await collect(augmentedSamples(options()))
  expect(two.sizes).toEqual([256, 44])
  expect(two.labels).toEqual(Array.from(order, (index) => index % classes))
  const single = createAugmentationPool(1)
  try {
    expect((await collect(augmentedSamples(options({ pool: single })))).pixels).toEqual(two.pixels)
  } finally {
    await single.close()
  }
  expect((await collect(augmentedSamples(options({ epoch: 2 })))).pixels).not.toEqual(two.pixels)
  expect((await collect(augmentedSamples(options({ seed: 4 })))).pixels).not.toEqual(two.pixels)
})

test('what an image becomes does not depend on its place in the order', async () => {
  const ordered = await collect(augmentedSamples(options({ order: Int32Array.from({ length: count }, (_, index) => index) })))
  const shuffled = await collect(augmentedSamples(options()))
  for (const place of [0, 77, 299]) expect(shuffled.pixels.subarray(place * length, (place + 1) * length)).toEqual(ordered.pixels.subarray(order[place]! * length, (order[place]! + 1) * length))
})

test('mixup and cutmix give shares of classes', async () => {
  const mixed = await collect(augmentedSamples(options({ augmentation: augmentationSchema.parse({ mixup: { alpha: 1 }, cutmix: { alpha: 1 } }) })))
  expect(mixed.labels).toHaveLength(count * classes)
  for (let row = 0; row < count; row++) {
    const shares = mixed.labels.slice(row * classes, (row + 1) * classes)
    expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6)
    expect(shares.filter((share) => share > 0).length).toBeLessThanOrEqual(2)
  }
  expect(new Set(mixed.labels).size).toBeGreaterThan(8)
})

const length = height * width * 3
const three = pixels.slice(0, 3 * length)
const before = three.map((_, place) => three[(place - length + three.length) % three.length]!)

/** Three images and labels, mixed with the given recipe; the share of the own label. */
function mixThree(augmented: Partial<Augmentation>): { mixed: Uint8Array; own: number } {
  const mixed = three.slice()
  const shares = mixBatch(mixed, Int32Array.of(0, 1, 2), 3, { count: 3, height, width }, augmentationSchema.parse(augmented), createRandom(5))
  const own = shares[0]!
  expect(own).toBeGreaterThan(0)
  expect(own).toBeLessThan(1)
  ;[own, 0, 1 - own, 1 - own, own, 0, 0, 1 - own, own].forEach((share, place) => expect(shares[place]).toBeCloseTo(share, 6))
  return { mixed, own }
}

test('mixup: each image and label is the weighted sum with the one before it', () => {
  const { mixed, own } = mixThree({ mixup: { alpha: 1 } })
  const off = mixed.map((value, place) => Math.abs(value - Math.round(own * three[place]! + (1 - own) * before[place]!)))
  expect(Math.max(...off)).toBe(0)
})

test('cutmix: a box of the image before it, the label by its area', () => {
  const { mixed, own } = mixThree({ cutmix: { alpha: 1 } })
  expect(mixed.every((value, place) => value === three[place] || value === before[place])).toBe(true)
  const changed = mixed.filter((value, place) => value !== three[place]).length
  expect(changed / mixed.length).toBeCloseTo(1 - own, 1)
})

test('draws of Beta have its mean and variance', () => {
  for (const alpha of [0.2, 1, 4]) {
    const stream = createRandom(9)
    const draws = Array.from({ length: 20_000 }, () => symmetricBeta(alpha, stream))
    const mean = draws.reduce((sum, value) => sum + value) / draws.length
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length
    expect(mean).toBeCloseTo(0.5, 1.7)
    expect(variance * 4 * (2 * alpha + 1)).toBeCloseTo(1, 1)
  }
})

test('a box is cut off at the border', () => {
  for (let seed = 0; seed < 100; seed++) {
    const { top, bottom, left, right } = drawBox({ count: 1, height, width }, 0.3, createRandom(seed))
    expect(Math.min(top, left)).toBeGreaterThanOrEqual(0)
    expect(bottom).toBeLessThanOrEqual(height)
    expect(right).toBeLessThanOrEqual(width)
  }
})

test('a failure to read and a fired signal end it, and leave nothing behind', async () => {
  const broken = augmentedSamples(options({ read: () => Promise.reject(new Error('gone')) }))
  await expect(broken.next()).rejects.toThrow('gone')
  const stop = new AbortController()
  const stopped = augmentedSamples(options({ signal: stop.signal }))
  await stopped.next()
  stop.abort()
  await expect(stopped.next()).rejects.toThrow(/abort/i)
})

test('a closed pool says so', async () => {
  const closed = createAugmentationPool(1)
  await closed.close()
  await expect(collect(augmentedSamples(options({ pool: closed })))).rejects.toMatchObject({ code: 'internal' })
})
