import type { FeatureSpace, FeatureStore } from '@graft/contracts/feature-store'
import { pixelBatches, type BatchImage } from '../image/pixel-batches.ts'
import { samplesAtOnce } from '../network/activation-size.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import type { ForwardSession, Runtime } from '../runtime/runtime.ts'
import { applyView } from './feature-view.ts'

export interface TrunkEngineOptions<Image extends BatchImage> {
  runtime: Runtime
  /** Which features: weights, preprocessing, layer, pooling, view of the images. Names the place in the cache. */
  space: FeatureSpace
  /** The trunk with the layer in it; asked for only when something has to be computed. */
  loadTrunk(): Promise<{ network: Network; weights: NetworkWeights }>
  read(image: Image): Promise<Uint8Array>
  store: Pick<FeatureStore, 'write'>
  /** The vectors of a batch, by image SHA-256. */
  onBatch(vectors: ReadonlyMap<string, Float32Array>): void
  signal?: AbortSignal
}

export interface TrunkEngine<Image extends BatchImage> {
  /** Computes features of distinct images in batches and writes them to the store in portions, also those that were done before a failure or an abort. */
  compute(images: readonly Image[]): Promise<void>
  close(): Promise<void>
}

/** onnxruntime is at its best from about 8 images on; of VGG16, whose first activations are the largest, go 10. */
export const largestBatch = 16
/** Portions go to the cache this often, so that an interrupted extraction keeps what it did. */
const portionSeconds = 5
const portionImages = 512

/** Computes features of images, portion by portion (the next batch is decoded meanwhile); the trunk is loaded with the first. `seconds`: what it takes is added here. */
export function createTrunkEngine<Image extends BatchImage>(options: TrunkEngineOptions<Image>, seconds: { decode: number; extraction: number }): TrunkEngine<Image> {
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
    async compute(images) {
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
          const vectors = new Map<string, Float32Array>()
          for (let row = 0; row < batch.count; row += 1) {
            const { sha256 } = images[batch.start + row] as Image
            const vector = output.data.slice(row * dimension, (row + 1) * dimension)
            vectors.set(sha256, vector)
            cache.add(sha256, vector)
          }
          await cache.flushWhenDue()
          options.onBatch(vectors)
        }
      } finally {
        // Also after a failure or an abort: what was computed is worth keeping.
        await cache.flush()
      }
    },
    close: async () => opened?.session.dispose(),
  }
}

function createPortionWriter({ space, store }: { space: FeatureSpace; store: Pick<FeatureStore, 'write'> }, began: number) {
  let portion = new Map<string, Float32Array>()
  let written = 0
  let lastWrite = performance.now()

  async function flush(): Promise<void> {
    if (portion.size === 0) return
    written += portion.size
    const secondsEach = secondsSince(began) / written
    const writing = portion
    portion = new Map()
    await store.write(space, writing, secondsEach)
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

const secondsSince = (began: number): number => (performance.now() - began) / 1000
