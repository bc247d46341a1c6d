import type { Preprocessing } from '@graft/contracts/model'
import { GraftError, isGraftError } from '@graft/contracts/errors'
import { forEachInLanes } from './for-each-in-lanes.ts'
import { loadPixels } from './load-pixels.ts'

export interface BatchImage {
  sha256: string
  path: string
}

/** Images `start` to `start + count` of the list. `pixels`: count x height x width x 3 bytes, RGB. */
export interface PixelBatch {
  start: number
  count: number
  pixels: Uint8Array
  /** Wall seconds that reading, decoding and resizing this batch took; they overlap with the consumer's own work. */
  decodeSeconds: number
}

export interface PixelBatchOptions<Image extends BatchImage> {
  images: readonly Image[]
  read(image: Image): Promise<Uint8Array>
  preprocessing: Preprocessing
  batchSize: number
  /** What is to be done to an image's pixels; while the consumer computes, like decoding. */
  change?(pixels: Uint8Array, image: Image): Uint8Array
  signal?: AbortSignal
}

/** Images decoded side by side. Decoders run in libuv's pool of four threads; the resizing of one overlaps the decoding of others. */
const imagesAtOnce = 4

async function decodeBatch<Image extends BatchImage>(options: PixelBatchOptions<Image>, start: number): Promise<PixelBatch> {
  const began = performance.now()
  const [height, width] = options.preprocessing.inputSize
  const imageLength = height * width * 3
  const batch = options.images.slice(start, start + options.batchSize)
  const count = batch.length
  const pixels = new Uint8Array(count * imageLength)
  await forEachInLanes(batch, imagesAtOnce, async (image, index) => {
    options.signal?.throwIfAborted()
    pixels.set(await readOne(image, options), index * imageLength)
  })
  return { start, count, pixels, decodeSeconds: (performance.now() - began) / 1000 }
}

async function readOne<Image extends BatchImage>(image: Image, options: PixelBatchOptions<Image>): Promise<Uint8Array> {
  try {
    const pixels = await loadPixels(await options.read(image), options.preprocessing)
    return options.change?.(pixels, image) ?? pixels
  } catch (error) {
    if (!isGraftError(error)) throw error
    throw new GraftError(error.code, `${image.path}: ${error.message}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error })
  }
}

/**
 * Decodes images in batches, in order, always one batch ahead: while the consumer computes on a batch, the next is read,
 * decoded and resized in other threads. The last batch may be smaller. Stops at the first image that cannot be read, naming it.
 *
 * @throws what `signal` was aborted with; GraftError `invalid_input` for a batch size that is no whole number from 1.
 */
export async function* pixelBatches<Image extends BatchImage>(options: PixelBatchOptions<Image>): AsyncGenerator<PixelBatch> {
  if (!Number.isInteger(options.batchSize) || options.batchSize < 1) {
    throw new GraftError('invalid_input', `The batch size is ${options.batchSize}; it must be a whole number from 1.`, { field: 'batchSize' })
  }
  let start = 0
  let ahead = options.images.length > 0 ? decodeBatch(options, 0) : null
  try {
    while (ahead !== null) {
      const batch: PixelBatch = await ahead
      options.signal?.throwIfAborted()
      start += batch.count
      ahead = start < options.images.length ? decodeBatch(options, start) : null
      // A failure of the batch ahead is thrown when its turn comes; until then it must not count as unhandled.
      ahead?.catch(() => {})
      yield batch
    }
  } finally {
    // A consumer that leaves early must not leave decoding behind.
    await ahead?.catch(() => {})
  }
}
