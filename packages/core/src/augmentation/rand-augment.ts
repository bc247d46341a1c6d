import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import type { Random } from '@graft/statistics/random'
import { autoContrast, blend, contrast, equalize, posterize, saturation, sharpness, solarize } from './colour-operations.ts'
import { nearestAffine, rotationMatrix } from './nearest-affine.ts'

/** Pixels, height, width, and the operation's amount, signed where it has two directions. */
type Operation = (pixels: Uint8Array, height: number, width: number, amount: number) => Uint8Array

const largestMagnitude = 30

/** The operations of Cubuk et al. 2020 with torchvision's `RandAugment` amounts (31 bins): at magnitude 30 `largest` is reached. */
export const operations: Readonly<Record<string, { readonly signed: boolean; amount(magnitude: number, height: number, width: number): number; readonly apply: Operation }>> = {
  identity: { signed: false, amount: () => 0, apply: (pixels) => pixels },
  shearX: { signed: true, amount: (m) => (0.3 * m) / largestMagnitude, apply: (pixels, height, width, amount) => nearestAffine(pixels, height, width, [1, amount, 0, 0, 1, 0]) },
  shearY: { signed: true, amount: (m) => (0.3 * m) / largestMagnitude, apply: (pixels, height, width, amount) => nearestAffine(pixels, height, width, [1, 0, 0, amount, 1, 0]) },
  translateX: { signed: true, amount: (m, _height, width) => ((150 / 331) * width * m) / largestMagnitude, apply: (pixels, height, width, amount) => nearestAffine(pixels, height, width, [1, 0, -Math.trunc(amount), 0, 1, 0]) },
  translateY: { signed: true, amount: (m, height) => ((150 / 331) * height * m) / largestMagnitude, apply: (pixels, height, width, amount) => nearestAffine(pixels, height, width, [1, 0, 0, 0, 1, -Math.trunc(amount)]) },
  rotate: { signed: true, amount: (m) => (30 * m) / largestMagnitude, apply: (pixels, height, width, amount) => nearestAffine(pixels, height, width, rotationMatrix(amount, height, width)) },
  brightness: { signed: true, amount: (m) => (0.9 * m) / largestMagnitude, apply: (pixels, _height, _width, amount) => blend(pixels, 0, 1 + amount) },
  colour: { signed: true, amount: (m) => (0.9 * m) / largestMagnitude, apply: (pixels, _height, _width, amount) => saturation(pixels, 1 + amount) },
  contrast: { signed: true, amount: (m) => (0.9 * m) / largestMagnitude, apply: (pixels, _height, _width, amount) => contrast(pixels, 1 + amount) },
  sharpness: { signed: true, amount: (m) => (0.9 * m) / largestMagnitude, apply: (pixels, height, width, amount) => sharpness(pixels, height, width, 1 + amount) },
  posterize: { signed: false, amount: (m) => 8 - Math.round(m / (largestMagnitude / 4)), apply: (pixels, _height, _width, amount) => posterize(pixels, amount) },
  solarize: { signed: false, amount: (m) => 255 - (255 * m) / largestMagnitude, apply: (pixels, _height, _width, amount) => solarize(pixels, amount) },
  autoContrast: { signed: false, amount: () => 0, apply: (pixels) => autoContrast(pixels) },
  equalize: { signed: false, amount: () => 0, apply: (pixels) => equalize(pixels) },
}
const names = Object.keys(operations)

/** RandAugment: so many operations, each drawn from the list, at one magnitude and in a random direction. */
export function randAugment(pixels: Uint8Array, height: number, width: number, { operations: count, magnitude }: NonNullable<Augmentation['randAugment']>, random: Random): Uint8Array {
  let image = pixels
  for (let drawn = 0; drawn < count; drawn++) {
    const operation = operations[names[random.integer(names.length)]!]!
    const amount = operation.amount(magnitude, height, width)
    image = operation.apply(image, height, width, operation.signed && random.next() < 0.5 ? -amount : amount)
  }
  return image
}
