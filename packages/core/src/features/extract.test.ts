import { augmentationSchema } from '@graft/contracts/recipe/augmentation'
import type { FeatureSpace, FeatureStore } from '@graft/contracts/feature-store'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { testTimeView } from '../augmentation/test-time-view.ts'
import { buildNetwork } from '../network/build.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { initializeWeights } from '../weights/initialize.ts'
import { augmentedView } from './feature-view.ts'
import { extractFeatures, type ExtractionProgress } from './extract.ts'
import { createMemoryFeatureStore } from './testing/memory-feature-store.ts'
import { makeTestImages, type TestImage } from './testing/test-images.ts'

const space: FeatureSpace = {
  weightsSha256: 'c'.repeat(64),
  architecture: 'MobileNet alpha 0.25',
  preprocessing: { mode: 'tf', inputSize: [32, 32], interpolation: 'bilinear' },
  layer: 'conv_pw_13_relu',
  pooling: 'average',
  engineVersion: 1,
}
const network: Network = buildNetwork({ architecture: 'MobileNet', alpha: 0.25, inputSize: [32, 32], includeTop: false })
const weights: NetworkWeights = initializeWeights(network, 1)
const dimension = 256

let runtime: Runtime
let images: TestImage[]
let store: FeatureStore
let loads: number
beforeAll(async () => {
  runtime = await createOnnxRuntime({ threads: 1 })
  images = await makeTestImages(2, 20)
})
beforeEach(() => {
  store = createMemoryFeatureStore()
  loads = 0
})

const extract = (which: readonly TestImage[], more: { signal?: AbortSignal; read?: (image: TestImage) => Promise<Uint8Array>; onProgress?: (progress: ExtractionProgress) => void; space?: FeatureSpace } = {}) =>
  extractFeatures({
    runtime,
    space,
    loadTrunk: async () => {
      loads += 1
      return { network, weights }
    },
    images: which,
    read: async (image) => image.bytes,
    store,
    ...more,
  })

test('features are computed once and then come from the cache, bit for bit the same', async () => {
  const seen: number[] = []
  const fresh = await extract(images, { onProgress: ({ done }) => seen.push(done) })
  expect(fresh.dimension).toBe(dimension)
  expect(fresh.features.length).toBe(40 * dimension)
  expect(fresh.features.every(Number.isFinite)).toBe(true)
  expect(fresh.reuse).toEqual({ reused: 0, computed: 40, secondsSaved: 0 })
  expect(fresh.seconds.decode).toBeGreaterThan(0)
  expect(fresh.seconds.extraction).toBeGreaterThan(0)
  expect(seen).toEqual([0, 16, 32, 40])

  const cached = await extract(images)
  expect(cached.features).toEqual(fresh.features)
  expect(cached.reuse.reused).toBe(40)
  expect(cached.reuse.computed).toBe(0)
  expect(cached.reuse.secondsSaved).toBeGreaterThan(0)
  expect(cached.seconds).toEqual({ decode: 0, extraction: 0 })
  expect(loads).toBe(1)
})

test('what is computed does not depend on what else is in the batch', async () => {
  const together = await extract(images)
  store = createMemoryFeatureStore()
  await extract(images.slice(3, 5))
  const mixed = await extract(images.toReversed())
  expect(mixed.reuse).toMatchObject({ reused: 2, computed: 38 })
  for (let row = 0; row < 40; row += 1) {
    expect(mixed.features.subarray(row * dimension, (row + 1) * dimension)).toEqual(together.features.subarray((39 - row) * dimension, (40 - row) * dimension))
  }
})

test('the same content twice is read once', async () => {
  const [first, second] = images as [TestImage, TestImage]
  let reads = 0
  const { features, reuse } = await extract([first, second, { ...first, path: 'copy.png' }], {
    read: async (image) => {
      reads += 1
      return image.bytes
    },
  })
  expect(reads).toBe(2)
  expect(reuse.computed).toBe(2)
  expect(features.subarray(2 * dimension)).toEqual(features.subarray(0, dimension))
})

test('an image that cannot be read is named; what was done before it stays in the cache', async () => {
  const broken = images.map((image, index) => (index === 20 ? { ...image, path: 'broken.png', bytes: Buffer.from('no image') } : image))
  await expect(extract(broken)).rejects.toThrow(/^broken\.png: /)
  expect((await extract(images)).reuse).toMatchObject({ reused: 16, computed: 24 })
})

test('an abort stops it; what was done stays in the cache', async () => {
  const stop = new AbortController()
  await expect(extract(images, { signal: stop.signal, onProgress: ({ done }) => done > 0 && stop.abort() })).rejects.toThrow(/abort|stopped/i)
  const { reuse } = await extract(images)
  expect(reuse.reused).toBeGreaterThanOrEqual(16)
  expect(reuse.reused).toBeLessThan(40)
})

test('any layer, whole or pooled', async () => {
  const whole = await extract(images.slice(0, 2), { space: { ...space, layer: 'conv_pw_5_relu', pooling: 'none' } })
  const pooled = await extract(images.slice(0, 2), { space: { ...space, layer: 'conv_pw_5_relu', pooling: 'max' } })
  expect([whole.dimension, pooled.dimension]).toEqual([4 * 4 * 64, 64])
  const largest = Float32Array.from({ length: 64 }, (_value, channel) => Math.max(...Array.from({ length: 16 }, (_place, place) => whole.features[place * 64 + channel] as number)))
  expect(pooled.features.subarray(0, 64)).toEqual(largest)
})

test('views have places of their own in the cache; a mirror image of a mirror image is the image', async () => {
  const augmentation = augmentationSchema.parse({ rotation: 20, views: 3, mixup: {} })
  const [plain, first, second, mirrored] = [await extract(images), await extract(images, { space: { ...space, view: augmentedView(augmentation, 0) } }), await extract(images, { space: { ...space, view: augmentedView(augmentation, 1) } }), await extract(images, { space: { ...space, view: { testTime: 1 } } })]
  expect(first.features).not.toEqual(plain.features)
  expect(second.features).not.toEqual(first.features)
  expect(mirrored.features).not.toEqual(plain.features)
  const others = augmentationSchema.parse({ rotation: 20, views: 8, cutmix: {} })
  expect((await extract(images, { space: { ...space, view: augmentedView(others, 1) } })).reuse).toMatchObject({ reused: 40, computed: 0 })
  const pixels = Uint8Array.from({ length: 6 * 5 * 3 }, (_, index) => index)
  expect(testTimeView(testTimeView(pixels, 6, 5, 1), 6, 5, 1)).toEqual(pixels)
  expect(testTimeView(pixels, 6, 5, 0)).toEqual(pixels)
})

test('no images are an error', async () => {
  await expect(extract([])).rejects.toMatchObject({ code: 'invalid_input' })
})

test.each(['read', 'write'] as const)('a cache whose disk fails to %s is done without, and said so', async (which) => {
  const whole = await extract(images)
  let calls = 0
  const disk = createMemoryFeatureStore()
  const fail = async () => {
    calls++
    throw Object.assign(new Error("ENOSPC: no space left on device, write '/cache/x'"), { code: 'ENOSPC' })
  }
  store = { ...disk, [which]: fail }
  const messages: (string | null)[] = []
  const extracted = await extract(images, { onProgress: ({ cacheProblem }) => messages.push(cacheProblem) })
  expect(extracted.features).toEqual(whole.features)
  expect(extracted.reuse).toEqual({ reused: 0, computed: 40, secondsSaved: 0, problem: 'The feature cache is not used: ENOSPC: no space left on device.' })
  expect(calls).toBe(1)
  // What is computed is written at the end, after the last word on progress.
  expect(messages).toEqual(Array.from({ length: 4 }, () => (which === 'read' ? extracted.reuse.problem : null)))
})

test('what is no fault of the disk is not forgiven', async () => {
  store = { ...createMemoryFeatureStore(), write: () => Promise.reject(new TypeError('vector is undefined')) }
  await expect(extract(images)).rejects.toThrow('vector is undefined')
})
