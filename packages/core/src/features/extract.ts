import { GraftError } from '@graft/contracts/errors'
import type { FeatureStore } from '@graft/contracts/feature-store'
import type { FeatureReuse } from '@graft/contracts/trial'
import type { BatchImage } from '../image/pixel-batches.ts'
import { forgivingStore, type ForgivingStore } from './forgiving-store.ts'
import { createTrunkEngine, type TrunkEngineOptions } from './trunk-engine.ts'

export interface ExtractOptions<Image extends BatchImage> extends Omit<TrunkEngineOptions<Image>, 'onBatch' | 'store'> {
  store: FeatureStore
  /** May hold the same content more than once: it is computed once. */
  images: readonly Image[]
  onProgress?(progress: ExtractionProgress): void
}

export interface ExtractionProgress {
  /** Images that are done, cached ones and those of others included. */
  done: number
  total: number
  /** Of those, computed by other workers meanwhile. */
  elsewhere: number
  /** Why the cache is not used, if so. */
  cacheProblem: string | null
}

export interface ExtractedFeatures {
  /** images x dimension, row by row in the order of the images. */
  features: Float32Array
  dimension: number
  reuse: FeatureReuse
  /** Seconds of reading, decoding and resizing, and of loading the trunk and running it. They overlap. */
  seconds: { decode: number; extraction: number }
}

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
  options.onProgress?.({ done: cached.features.size, total: distinct.size, elsewhere: 0, cacheProblem: store.problem() })
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
  let elsewhereSoFar = 0
  const tell = (): void => options.onProgress?.({ done: done.size + elsewhereSoFar, total: distinct.size, elsewhere: elsewhereSoFar, cacheProblem: store.problem() })
  const engine = createTrunkEngine({
    ...options,
    onBatch(vectors) {
      for (const [sha256, vector] of vectors) done.set(sha256, vector)
      tell()
    },
  }, seconds)
  const compute = (portion: readonly string[]): Promise<void> => engine.compute(portion.map((sha256) => distinct.get(sha256)!))
  try {
    if (store.divide === undefined) await compute(missing)
    else {
      for await (const portion of store.divide(space, [...distinct.keys()], missing, signal)) {
        elsewhereSoFar = portion.elsewhere
        if (portion.images.length > 0) await compute(portion.images)
        else tell()
      }
    }
    elsewhereSoFar = 0
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
