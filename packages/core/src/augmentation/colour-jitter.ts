import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import type { Random } from '@graft/statistics/random'
import { blend, contrast, saturation } from './colour-operations.ts'
import { shiftHue } from './hue.ts'

/** torchvision's `ColorJitter`: factors from max(0, 1 - x) to 1 + x, hue from -x to x turns, in a random order. */
export function jitterColours(pixels: Uint8Array, jitter: NonNullable<Augmentation['colourJitter']>, random: Random): Uint8Array {
  const factor = (largest: number): number => random.uniform(Math.max(0, 1 - largest), 1 + largest)
  const steps: ((image: Uint8Array) => Uint8Array)[] = []
  if (jitter.brightness > 0) steps.push(((amount) => (image) => blend(image, 0, amount))(factor(jitter.brightness)))
  if (jitter.contrast > 0) steps.push(((amount) => (image) => contrast(image, amount))(factor(jitter.contrast)))
  if (jitter.saturation > 0) steps.push(((amount) => (image) => saturation(image, amount))(factor(jitter.saturation)))
  if (jitter.hue > 0) steps.push(((turns) => (image) => shiftHue(image, turns))(random.uniform(-jitter.hue, jitter.hue)))
  return random.shuffle(steps).reduce((image, step) => step(image), pixels)
}
