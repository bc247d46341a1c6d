import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import type { Random } from '@graft/statistics/random'
import { jitterColours } from './colour-jitter.ts'
import { applyKerasTransform, drawKerasTransform } from './keras-transform.ts'
import { randAugment } from './rand-augment.ts'
import { cropAndResize, drawCrop } from './random-crop.ts'

/**
 * One augmented image: crop, Keras's group, colour jitter, RandAugment, in this order. Height x width x 3 bytes, RGB, in and out; the
 * input is left as it is. Each step draws from a stream of its own, so switching one off leaves the others as they were.
 */
export function augmentImage(pixels: Uint8Array, height: number, width: number, augmentation: Augmentation, random: Random): Uint8Array {
  const { crop, colourJitter, randAugment: operations, fillMode: mode, fillValue: value = 0 } = augmentation
  const cropped = crop === undefined ? pixels : cropAndResize(pixels, height, width, drawCrop(crop, random.fork('crop'), height, width))
  const moved = applyKerasTransform(cropped, height, width, drawKerasTransform(augmentation, random.fork('affine'), height, width), { mode, value })
  const coloured = colourJitter === undefined ? moved : jitterColours(moved, colourJitter, random.fork('colour'))
  return operations === undefined ? coloured : randAugment(coloured, height, width, operations, random.fork('rand-augment'))
}
