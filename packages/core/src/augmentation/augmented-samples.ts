import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import type { RuntimeTensor } from '../runtime/runtime-tensor.ts'
import type { AugmentationPool } from './augmentation-pool.ts'

export interface AugmentedSamplesOptions {
  readonly pool: AugmentationPool
  readonly augmentation: Augmentation
  /** Height and width. */
  readonly size: readonly [height: number, width: number]
  /** Of every image of the training part; places in it are what `order` holds. */
  readonly labels: Int32Array
  readonly classes: number
  /** Pixels of the images at these places, one after another, in memory of their own: images x height x width x 3 bytes. */
  read(indices: Int32Array, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>
  readonly batchSize: number
  readonly seed: number
  /** 1-based. */
  readonly epoch: number
  readonly order: Int32Array
  readonly signal?: AbortSignal | undefined
}

/** Some batches of an epoch. */
export interface AugmentedChunk {
  /** uint8, images x height x width x 3. */
  readonly samples: RuntimeTensor
  /** Class indices; with mixup or cutmix images x classes. */
  readonly labels: Int32Array | Float32Array
}

const chunkBytes = 16 * 1024 ** 2
const largestChunk = 256
/** Chunks that are being made while the training takes one. */
const chunksAhead = 2

/**
 * An epoch's images in its order, freshly augmented, in chunks of whole batches (about 16 MiB; the last may be smaller). The pool
 * is always two chunks ahead, so memory is bounded by three. The same (seed, epoch, order) gives the same bytes with any number of
 * threads. Throws what reading throws, and what the signal was aborted with.
 */
export async function* augmentedSamples(options: AugmentedSamplesOptions): AsyncGenerator<AugmentedChunk> {
  const { order, batchSize, signal, size } = options
  const perChunk = Math.max(1, Math.floor(Math.min(largestChunk, chunkBytes / (size[0] * size[1] * 3)) / batchSize)) * batchSize
  const ahead: Promise<AugmentedChunk>[] = []
  let next = 0
  const startNext = (): void => {
    if (next >= order.length) return
    const chunk = makeChunk(options, next, Math.min(order.length, next + perChunk))
    // A failure is thrown when its turn comes; until then it must not count as unhandled.
    chunk.catch(() => {})
    ahead.push(chunk)
    next += perChunk
  }
  try {
    for (let started = 0; started < chunksAhead; started++) startNext()
    while (ahead.length > 0) {
      const chunk = await ahead[0]!
      signal?.throwIfAborted()
      ahead.shift()
      startNext()
      yield chunk
    }
  } finally {
    // A consumer that leaves early must not leave work behind.
    await Promise.allSettled(ahead)
  }
}

async function makeChunk(options: AugmentedSamplesOptions, first: number, end: number): Promise<AugmentedChunk> {
  const { order, batchSize, size: [height, width], classes, pool, augmentation, seed, epoch, signal } = options
  const starts = Array.from({ length: Math.ceil((end - first) / batchSize) }, (_, batch) => first + batch * batchSize)
  const batches = await Promise.all(
    starts.map(async (start) => {
      const indices = order.slice(start, Math.min(end, start + batchSize))
      const labels = Int32Array.from(indices, (index) => options.labels[index]!)
      return pool.augment({ augmentation, pixels: await options.read(indices, signal), height, width, indices, labels, classes, seed, epoch, batch: start / batchSize })
    }),
  )
  const pixels = new Uint8Array((end - first) * height * width * 3)
  const soft = batches[0]!.labels instanceof Float32Array
  const labels = soft ? new Float32Array((end - first) * classes) : new Int32Array(end - first)
  let [pixelsDone, labelsDone] = [0, 0]
  for (const batch of batches) {
    pixels.set(batch.pixels, pixelsDone)
    labels.set(batch.labels, labelsDone)
    pixelsDone += batch.pixels.length
    labelsDone += batch.labels.length
  }
  return { samples: { type: 'uint8', shape: [end - first, height, width, 3], data: pixels }, labels }
}

/** `read` of images that are held in memory, `imageLength` bytes each. */
export function readFromMemory(pixels: Uint8Array, imageLength: number): AugmentedSamplesOptions['read'] {
  return (indices) => {
    const copy = new Uint8Array(indices.length * imageLength)
    indices.forEach((index, row) => copy.set(pixels.subarray(index * imageLength, (index + 1) * imageLength), row * imageLength))
    return copy
  }
}
