import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import { createRandom } from '@graft/statistics/random'
import { augmentImage } from './augment-image.ts'
import { mixBatch, mixesLabels } from './mix-batch.ts'

/** One batch of an epoch. */
export interface AugmentationRequest {
  readonly augmentation: Augmentation
  /** images x height x width x 3 bytes; written over. */
  readonly pixels: Uint8Array<ArrayBuffer>
  readonly height: number
  readonly width: number
  /** Of each image its place in the dataset. */
  readonly indices: Int32Array
  readonly labels: Int32Array
  readonly classes: number
  readonly seed: number
  /** 1-based. */
  readonly epoch: number
  /** Number of the batch in the epoch. */
  readonly batch: number
}

export interface AugmentedBatch {
  readonly pixels: Uint8Array<ArrayBuffer>
  /** Class indices; with mixup or cutmix images x classes. */
  readonly labels: Int32Array | Float32Array
}

/**
 * Augments a batch in place. What an image becomes depends on (seed, epoch, its place in the dataset) only; what it is mixed with on
 * the batch, so on (seed, epoch) and the batch size.
 */
export function augmentBatch({ augmentation, pixels, height, width, indices, labels, classes, seed, epoch, batch }: AugmentationRequest): AugmentedBatch {
  const random = createRandom(seed).fork('augmentation')
  const length = height * width * 3
  indices.forEach((index, row) => {
    const image = pixels.subarray(row * length, (row + 1) * length)
    image.set(augmentImage(image, height, width, augmentation, random.fork(`${epoch}/image ${index}`)))
  })
  if (!mixesLabels(augmentation)) return { pixels, labels }
  return { pixels, labels: mixBatch(pixels, labels, classes, { count: indices.length, height, width }, augmentation, random.fork(`${epoch}/batch ${batch}`)) }
}
