import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import type { Random } from '@graft/statistics/random'
import { affineMatrix, type AffineParameters } from './affine-matrix.ts'
import { blend } from './colour-operations.ts'
import { flipHorizontally, flipVertically } from './flip.ts'
import { warp, type FillMode } from './warp.ts'

/** What `ImageDataGenerator.get_random_transform` draws for one image. */
export interface KerasTransform extends AffineParameters {
  readonly flipHorizontal: boolean
  readonly flipVertical: boolean
  /** Added to every channel; null: off. */
  readonly channelShift: number | null
  /** Factor; null: off. */
  readonly brightness: number | null
}

/** Draws the parameters of the recipe's first group from the ranges that `ImageDataGenerator` draws them from. */
export function drawKerasTransform(augmentation: Augmentation, random: Random, height: number, width: number): KerasTransform {
  const { rotation = 0, heightShift = 0, widthShift = 0, shear = 0, zoom = 0, channelShift, brightness } = augmentation
  const both = (range: number): number => (range === 0 ? 0 : random.uniform(-range, range))
  return {
    theta: both(rotation),
    tx: both(heightShift) * height,
    ty: both(widthShift) * width,
    shear: both(shear),
    zx: 1 + both(zoom),
    zy: 1 + both(zoom),
    flipHorizontal: augmentation.horizontalFlip === true && random.next() < 0.5,
    flipVertical: augmentation.verticalFlip === true && random.next() < 0.5,
    channelShift: channelShift === undefined || channelShift === 0 ? null : both(channelShift),
    brightness: brightness === undefined ? null : random.uniform(brightness[0], brightness[1]),
  }
}

/**
 * `ImageDataGenerator.apply_transform`: affine, channel shift (clipped to the image's own range), flips, brightness (Pillow's,
 * on the values cut to 8 bits as Keras does). Keras keeps float32 where nothing but 8 bits come in; here the result is rounded,
 * so it is at most half a level from Keras's.
 */
export function applyKerasTransform(pixels: Uint8Array, height: number, width: number, transform: KerasTransform, fill: { mode: FillMode; value: number }): Uint8Array {
  const matrix = affineMatrix(transform, height, width)
  const moved = matrix === null ? pixels : warp(pixels, height, width, matrix, fill.mode, fill.value)
  const shifted = transform.channelShift === null ? moved : shiftChannels(moved, transform.channelShift)
  // Writing to a clamped array rounds to the nearest; Keras hands Pillow the values cut off.
  const bytes = transform.brightness === null ? toBytes(new Uint8ClampedArray(shifted)) : blend(new Uint8Array(shifted), black, transform.brightness)
  if (transform.flipHorizontal) flipHorizontally(bytes, height, width)
  if (transform.flipVertical) flipVertically(bytes, height, width)
  return bytes
}

const black = 0
const toBytes = (clamped: Uint8ClampedArray): Uint8Array => new Uint8Array(clamped.buffer)

function shiftChannels(values: Uint8Array | Float32Array, shift: number): Float32Array {
  let [smallest, largest] = [Infinity, -Infinity]
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (value < smallest) smallest = value
    if (value > largest) largest = value
  }
  const out = new Float32Array(values.length)
  for (let index = 0; index < values.length; index++) out[index] = Math.min(largest, Math.max(smallest, values[index]! + shift))
  return out
}
