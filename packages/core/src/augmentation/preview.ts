import { previewImages } from '@graft/contracts/augmentation-preview'
import type { DatasetManifest, ManifestImage } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import { sharp } from '../image/configured-sharp.ts'
import { pixelBatches } from '../image/pixel-batches.ts'
import { augmentBatch } from './augment-batch.ts'

export interface PreviewImage {
  readonly image: ManifestImage
  /** The augmented picture, WebP. */
  readonly picture: Uint8Array
}

/**
 * What the first epoch of a training with seed 0 could see of some training images: up to 16, class after class in turns.
 * Squares of `side` pixels; mixup and cutmix mix them with each other.
 */
export async function augmentationPreview(options: {
  manifest: DatasetManifest
  augmentation: Augmentation
  read(image: ManifestImage): Promise<Uint8Array>
  side?: number
  signal?: AbortSignal
}): Promise<PreviewImage[]> {
  const { manifest, augmentation, signal, side = 224 } = options
  const images = inTurns(manifest).slice(0, previewImages)
  if (images.length === 0) throw new GraftError('invalid_input', 'There are no training images to augment.', { hint: 'Add images, or change the split.', field: 'dataset' })
  const preprocessing = { mode: 'unit' as const, inputSize: [side, side] as [number, number], interpolation: 'bilinear' as const }
  const pixels = new Uint8Array(images.length * side * side * 3)
  for await (const batch of pixelBatches({ images, read: options.read, preprocessing, batchSize: images.length, ...(signal && { signal }) })) pixels.set(batch.pixels)
  const labels = Int32Array.from(images, ({ classIndex }) => classIndex)
  const augmented = augmentBatch({ augmentation, pixels, height: side, width: side, indices: Int32Array.from(images.keys()), labels, classes: manifest.classes.length, seed: 0, epoch: 1, batch: 0 })
  const length = side * side * 3
  return Promise.all(
    images.map(async (image, row) => ({ image, picture: await sharp(augmented.pixels.subarray(row * length, (row + 1) * length), { raw: { width: side, height: side, channels: 3 } }).webp({ quality: 85 }).toBuffer() })),
  )
}

/** Training images: the first of each class, then the second of each, ... */
function inTurns({ classes, images }: DatasetManifest): ManifestImage[] {
  const ofClass = classes.map((_name, classIndex) => images.filter((image) => image.split === 'train' && image.classIndex === classIndex))
  const longest = Math.max(...ofClass.map(({ length }) => length))
  return Array.from({ length: Math.min(longest, previewImages) }, (_, turn) => ofClass.flatMap((list) => list[turn] ?? [])).flat()
}
