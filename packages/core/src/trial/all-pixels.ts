import type { ManifestImage } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import { pixelBatches } from '../image/pixel-batches.ts'
import type { TrialOptions } from './trial-options.ts'

const decodeBatchSize = 64
/** All pixels are held in memory: the epochs go over them again and again. */
const largestPixelBytes = 4 * 1024 ** 3

/** Images as a network takes them, row by row. Throws `too_large` where they would not fit into memory. */
export async function allPixels(options: TrialOptions, images: readonly ManifestImage[]): Promise<{ pixels: Uint8Array; decodeSeconds: number }> {
  const { preprocessing } = options.model
  const [height, width] = preprocessing.inputSize
  const bytes = images.length * height * width * 3
  if (bytes > largestPixelBytes) {
    throw new GraftError('too_large', `${images.length} images of ${height} x ${width} pixels take ${Math.round(bytes / 1024 ** 3)} GiB; at most ${largestPixelBytes / 1024 ** 3}.`, { hint: 'Train on fewer images, or only the head of a pretrained model.', field: 'dataset' })
  }
  const pixels = new Uint8Array(bytes)
  let decodeSeconds = 0
  for await (const batch of pixelBatches({ images, read: options.read, preprocessing, batchSize: decodeBatchSize, ...(options.signal && { signal: options.signal }) })) {
    pixels.set(batch.pixels, batch.start * height * width * 3)
    decodeSeconds += batch.decodeSeconds
    const done = batch.start + batch.count
    options.onProgress?.({ stage: 'decoding', fraction: done / images.length, message: `${done} of ${images.length} images` })
  }
  return { pixels, decodeSeconds }
}
