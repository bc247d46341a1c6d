import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import type { Random } from '@graft/statistics/random'
import { symmetricBeta } from './beta.ts'

/** Images of one batch: count x height x width x 3 bytes. */
export interface PixelBatchSize {
  readonly count: number
  readonly height: number
  readonly width: number
}

/** Whether labels become shares of classes. */
export const mixesLabels = (augmentation: Augmentation): boolean => augmentation.mixup !== undefined || augmentation.cutmix !== undefined

/**
 * Mixup or cutmix of a batch in place, each image with the one before it (the first with the last), with one share for the whole
 * batch, as torchvision's `v2.MixUp` and `v2.CutMix`; with both in the recipe each batch gets one of the two by an even chance.
 *
 * @returns count x classes: the share of each class. Rows sum to 1.
 */
export function mixBatch(pixels: Uint8Array, labels: Int32Array, classes: number, size: PixelBatchSize, augmentation: Augmentation, random: Random): Float32Array {
  const { mixup, cutmix } = augmentation
  const useMixup = mixup !== undefined && (cutmix === undefined || random.next() < 0.5)
  const share = useMixup ? mixImages(pixels, size, symmetricBeta(mixup.alpha, random)) : pasteBoxes(pixels, size, drawBox(size, symmetricBeta(cutmix!.alpha, random), random))
  const shares = new Float32Array(labels.length * classes)
  labels.forEach((label, row) => {
    shares[row * classes + label]! += share
    shares[row * classes + labels.at(row - 1)!]! += 1 - share
  })
  return shares
}

/** Returns the share of an image's own label. */
function mixImages(pixels: Uint8Array, { count, height, width }: PixelBatchSize, share: number): number {
  const length = height * width * 3
  const last = pixels.slice((count - 1) * length)
  for (let place = pixels.length - 1; place >= length; place--) pixels[place] = Math.round(share * pixels[place]! + (1 - share) * pixels[place - length]!)
  for (let place = 0; place < length; place++) pixels[place] = Math.round(share * pixels[place]! + (1 - share) * last[place]!)
  return share
}

interface Box {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** A box of 1 - share of the area around a random pixel, cut off at the border. */
export function drawBox({ height, width }: PixelBatchSize, share: number, random: Random): Box {
  const [x, y, half] = [random.integer(width), random.integer(height), 0.5 * Math.sqrt(1 - share)]
  const [halfWidth, halfHeight] = [Math.trunc(half * width), Math.trunc(half * height)]
  return { top: Math.max(0, y - halfHeight), bottom: Math.min(height, y + halfHeight), left: Math.max(0, x - halfWidth), right: Math.min(width, x + halfWidth) }
}

function pasteBoxes(pixels: Uint8Array, { count, height, width }: PixelBatchSize, { top, bottom, left, right }: Box): number {
  const length = height * width * 3
  const last = pixels.slice((count - 1) * length)
  for (let image = count - 1; image >= 0; image--) {
    const from = image === 0 ? last : pixels.subarray((image - 1) * length, image * length)
    for (let row = top; row < bottom; row++) {
      const [start, end] = [(row * width + left) * 3, (row * width + right) * 3]
      pixels.set(from.subarray(start, end), image * length + start)
    }
  }
  return 1 - ((bottom - top) * (right - left)) / (height * width)
}
