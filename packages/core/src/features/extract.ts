import { GraftError } from '@graft/contracts/errors'
import type { FeatureSpace, FeatureStore } from '@graft/contracts/feature-store'
import type { FeatureReuse } from '@graft/contracts/trial'
import { pixelBatches, type BatchImage } from '../image/pixel-batches.ts'
import { samplesAtOnce } from '../network/activation-size.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import type { ForwardSession, Runtime } from '../runtime/runtime.ts'
import { applyView } from './feature-view.ts'
import { forgivingStore, type ForgivingStore } from './forgiving-store.ts'

export interface ExtractOptions<Image extends BatchImage> {
  runtime: Runtime
  /** Which features: weights, preprocessing, layer, pooling, view of the images. Names the place in the cache. */
  space: FeatureSpace
  /** The trunk with the layer in it; asked for only when something has to be computed. */
  loadTrunk(): Promise<{ network: Network; weights: NetworkWeights }>
  /** May hold the same content more than once: it is computed once. */
  images: readonly Image[]
  read(image: Image): Promise<Uint8Array>
  store: FeatureStore
  /** Images that are done, cached ones included; and why the cache is not used, if so. */
  onProgress?(done: number, total: number, cacheProblem: string | null): void
  signal?: AbortSignal
}

export interface ExtractedFeatures {
  /** images x dimension, row by row in the order of the images. */
  features: Float32Array
  dimension: number
  reuse: FeatureReuse
  /** Seconds of reading, decoding and resizing, and of loading the trunk and running it. They overlap. */
  seconds: { decode: number; extraction: number }
}

/** onnxruntime is at its best from about 8 images on; of VGG16, whose first activations are the largest, go 10. */
const largestBatch = 16
/** Portions go to the cache this often, so that an interrupted extraction keeps what it did. */
const portionSeconds = 5
const portionImages = 512

/**
 * Features of images at one layer: from the cache where it has them, else computed in batches (the next batch is decoded
 * meanwhile) and added to the cache in portions. Fails with the path of the first image that cannot be read; what was
 * computed before, or before the signal fired, stays in the cache. A cache that is full or cannot be written to is done without.
 */
export async function extractFeatures<Image extends BatchImage>(options: ExtractOptions<Image>): Promise<ExtractedFeatures> {
  const { images, space, signal } = options
  if (images.length === 0) throw new GraftError('invalid_input', 'There are no images to compute features of.', { field: 'images' })
  const distinct = new Map(images.map((image) => [image.sha256, image]))
  const store = forgivingStore(options.store)
  const keys = [...distinct.keys()]
  const cached = await store.read(space, keys, signal)
  const done = new Map(cached.features)
  options.onProgress?.(cached.features.size, distinct.size, store.problem())
  const made = await computeMissing({ ...options, store }, distinct, done)
  const saved = cached.features.size * cached.secondsEach + made.elsewhere.features.size * made.elsewhere.secondsEach
  const reuse = { reused: distinct.size - made.computed, computed: made.computed, secondsSaved: saved, ...problemOf(store) }
  return { ...toMatrix(images, done), reuse, seconds: made.seconds }
}

function problemOf(store: ForgivingStore): { problem?: string } {
  const problem = store.problem()
  return problem === null ? {} : { problem }
}

/** What was not in the cache: computed here, or by others meanwhile. */
interface Made {
  computed: number
  elsewhere: { features: Map<string, Float32Array>; secondsEach: number }
  seconds: { decode: number; extraction: number }
}

async function computeMissing<Image extends BatchImage>(options: ExtractOptions<Image> & { store: ForgivingStore }, distinct: ReadonlyMap<string, Image>, done: Map<string, Float32Array>): Promise<Made> {
  const { space, store, signal } = options
  const absent = (): string[] => [...distinct.keys()].filter((sha256) => !done.has(sha256))
  const missing = absent()
  const seconds = { decode: 0, extraction: 0 }
  const nothing: Made = { computed: 0, elsewhere: { features: new Map(), secondsEach: 0 }, seconds }
  if (missing.length === 0) return nothing
  const engine = createEngine(options, done, distinct.size, seconds)
  const compute = (portion: readonly string[]): Promise<void> => engine.compute(portion.map((sha256) => distinct.get(sha256)!))
  try {
    if (store.divide === undefined) await compute(missing)
    else {
      for await (const portion of store.divide(space, [...distinct.keys()], missing, signal)) {
        if (portion.length > 0) await compute(portion)
        else options.onProgress?.(done.size, distinct.size, store.problem())
      }
    }
    const left = absent()
    const elsewhere = left.length === 0 ? nothing.elsewhere : await store.read(space, left, signal)
    for (const [sha256, vector] of elsewhere.features) done.set(sha256, vector)
    const lost = absent()
    if (lost.length > 0) await compute(lost)
    return { computed: missing.length - elsewhere.features.size, elsewhere, seconds }
  } finally {
    await engine.close()
  }
}

/** Computes features of images, portion by portion; the trunk is loaded with the first. */
function createEngine<Image extends BatchImage>(options: ExtractOptions<Image> & { store: ForgivingStore }, done: Map<string, Float32Array>, total: number, seconds: Made['seconds']) {
  const { runtime, space, signal } = options
  let opened: { session: ForwardSession; network: Network } | null = null

  async function open(): Promise<{ session: ForwardSession; network: Network }> {
    const began = performance.now()
    const { network, weights } = await options.loadTrunk()
    const session = await runtime.openForward(network, weights, { preprocessing: space.preprocessing, output: space.layer, pooling: space.pooling }, signal)
    seconds.extraction += secondsSince(began)
    return { session, network }
  }
  return {
    async compute(images: readonly Image[]): Promise<void> {
      const began = performance.now()
      const { session, network } = (opened ??= await open())
      const cache = createPortionWriter(options, began)
      try {
        const [height, width] = space.preprocessing.inputSize
        const { view } = space
        const change = view && ((pixels: Uint8Array, image: Image) => applyView(pixels, [height, width], view, image.sha256))
        for await (const batch of pixelBatches({ images, read: options.read, preprocessing: space.preprocessing, batchSize: samplesAtOnce(network, largestBatch), ...(change && { change }), ...(signal && { signal }) })) {
          seconds.decode += batch.decodeSeconds
          const runBegan = performance.now()
          const output = await session.run({ type: 'uint8', shape: [batch.count, height, width, 3], data: batch.pixels }, signal)
          seconds.extraction += secondsSince(runBegan)
          const dimension = output.data.length / batch.count
          for (let row = 0; row < batch.count; row += 1) {
            const { sha256 } = images[batch.start + row] as Image
            const vector = output.data.slice(row * dimension, (row + 1) * dimension)
            done.set(sha256, vector)
            cache.add(sha256, vector)
          }
          await cache.flushWhenDue()
          options.onProgress?.(done.size, total, options.store.problem())
        }
      } finally {
        // Also after a failure or an abort: what was computed is worth keeping.
        await cache.flush()
      }
    },
    close: async (): Promise<void> => opened?.session.dispose(),
  }
}

function createPortionWriter<Image extends BatchImage>(options: ExtractOptions<Image>, began: number) {
  let portion = new Map<string, Float32Array>()
  let written = 0
  let lastWrite = performance.now()

  async function flush(): Promise<void> {
    if (portion.size === 0) return
    written += portion.size
    const secondsEach = secondsSince(began) / written
    const writing = portion
    portion = new Map()
    await options.store.write(options.space, writing, secondsEach)
    lastWrite = performance.now()
  }
  return {
    add: (sha256: string, vector: Float32Array): void => void portion.set(sha256, vector),
    flush,
    async flushWhenDue(): Promise<void> {
      if (portion.size >= portionImages || secondsSince(lastWrite) >= portionSeconds) await flush()
    },
  }
}

function toMatrix(images: readonly BatchImage[], vectors: ReadonlyMap<string, Float32Array>): { features: Float32Array; dimension: number } {
  const dimension = vectors.get((images[0] as BatchImage).sha256)?.length ?? 0
  const features = new Float32Array(images.length * dimension)
  images.forEach((image, row) => {
    const vector = vectors.get(image.sha256)
    if (vector?.length !== dimension) {
      throw new GraftError('corrupt', `The cached features of ${image.path} have another length than those of the other images.`, { hint: 'Remove the feature cache folder; it is made anew.' })
    }
    features.set(vector, row * dimension)
  })
  return { features, dimension }
}

const secondsSince = (began: number): number => (performance.now() - began) / 1000
