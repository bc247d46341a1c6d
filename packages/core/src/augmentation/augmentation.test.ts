import { readFile } from 'node:fs/promises'
import { augmentationSchema } from '@graft/contracts/recipe/augmentation'
import { expect, test } from 'vitest'
import { sharp } from '../image/configured-sharp.ts'
import { createRandom } from '@graft/statistics/random'
import { recordAgreement } from '../testing/agreement.ts'
import { readSafetensors } from '../weights/safetensors.ts'
import { affineMatrix } from './affine-matrix.ts'
import { augmentImage } from './augment-image.ts'
import { blend } from './colour-operations.ts'
import { shiftHue } from './hue.ts'
import { applyKerasTransform, drawKerasTransform, type KerasTransform } from './keras-transform.ts'
import { operations } from './rand-augment.ts'
import { cropAndResize, drawCrop } from './random-crop.ts'
import { warp, type FillMode } from './warp.ts'

/** What Keras and Pillow make of one picture; written by tools/parity/augmentation.py. */
interface KerasCase {
  kind: 'keras'
  name: string
  fill: FillMode
  cval: number
  parameters: Record<'theta' | 'tx' | 'ty' | 'shear' | 'zx' | 'zy', number> & { flip_horizontal: boolean; flip_vertical: boolean; channel_shift_intensity: number | null; brightness: number | null }
}
interface PillowCase {
  kind: string
  name: string
  amount: number
  image: number
}
const golden = (name: string): Promise<Buffer> => readFile(new URL(`./golden/${name}`, import.meta.url))
const { height, width, crop: box, cases } = JSON.parse(await golden('cases.json').then(String)) as { height: number; width: number; crop: [number, number, number, number]; cases: (KerasCase | PillowCase)[] }
const pictures = new Uint8Array(await sharp(await golden('images.png')).raw().toBuffer())
const picture = (index: number): Uint8Array => pictures.slice(index * height * width * 3, (index + 1) * height * width * 3)
const source = picture(0)
const floats = readSafetensors(await golden('keras.safetensors'), 'keras').tensors
const largestDifference = (found: ArrayLike<number>, expected: ArrayLike<number>): number => {
  expect(found.length).toBe(expected.length)
  return Array.from(expected).reduce((largest, value, index) => Math.max(largest, Math.abs(value - found[index]!)), 0)
}
const transformOf = ({ parameters: p }: KerasCase): KerasTransform => ({ ...p, flipHorizontal: p.flip_horizontal, flipVertical: p.flip_vertical, channelShift: p.channel_shift_intensity })

const kerasCases = cases.filter((one): one is KerasCase => one.kind === 'keras')
const pillowCases = cases.filter((one): one is PillowCase => one.kind !== 'keras')

test.each(kerasCases.map((one) => [one.name, one] as const))('%s is the picture of ImageDataGenerator', (name, one) => {
  const transform = transformOf(one)
  const expected = floats[`keras/${name}`]!.data as Float32Array
  const found = applyKerasTransform(source, height, width, transform, { mode: one.fill, value: one.cval })
  // Half a level is the rounding to 8 bits.
  recordAgreement({ group: 'Augmentation', subject: `${name}: 8-bit picture, of 255`, reference: 'Keras ImageDataGenerator', measure: 'absolute', difference: largestDifference(found, expected), tolerance: one.parameters.brightness === null ? 0.5001 : 1e-9 })
  const matrix = affineMatrix(transform, height, width)
  expect(found).not.toEqual(source)
  if (matrix === null || transform.flipHorizontal) return
  recordAgreement({ group: 'Augmentation', subject: `${name}: before rounding, of 255`, reference: 'Keras ImageDataGenerator', measure: 'absolute', difference: largestDifference(warp(source, height, width, matrix, one.fill, one.cval), expected), tolerance: 1e-4 })
})

test.each(pillowCases.map((one) => [one.name, one] as const))('%s is the picture of Pillow', (name, { kind, amount, image }) => {
  const [left, top, right, bottom] = box
  const found =
    kind === 'crop' ? cropAndResize(source, height, width, { left, top, height: bottom - top, width: right - left })
    : kind === 'hue' ? shiftHue(source, amount)
    : operations[kind]!.apply(kind === 'autoContrast' ? blend(source, 0, 0.5) : source, height, width, amount)
  recordAgreement({ group: 'Augmentation', subject: `${name}: picture, of 255`, reference: 'Pillow', measure: 'absolute', difference: largestDifference(found, picture(image)), tolerance: 1 })
  expect(largestDifference(found, picture(image))).toBe(0)
})

test('parameters come from the ranges that Keras draws from, both sides used', () => {
  const augmentation = augmentationSchema.parse({ rotation: 20, widthShift: 0.2, heightShift: 0.1, shear: 11.46, zoom: 0.2, horizontalFlip: true, channelShift: 30, brightness: [0.5, 1.5] })
  const drawn = Array.from({ length: 2000 }, (_, index) => drawKerasTransform(augmentation, createRandom(index), 50, 100))
  const range = (of: (transform: KerasTransform) => number): [number, number] => [Math.min(...drawn.map(of)), Math.max(...drawn.map(of))]
  for (const [of, from, to] of [[(t) => t.theta, -20, 20], [(t) => t.tx, -5, 5], [(t) => t.ty, -20, 20], [(t) => t.shear, -11.46, 11.46], [(t) => t.zx, 0.8, 1.2], [(t) => t.zy, 0.8, 1.2], [(t) => t.channelShift!, -30, 30], [(t) => t.brightness!, 0.5, 1.5]] as [(t: KerasTransform) => number, number, number][]) {
    const [smallest, largest] = range(of)
    expect(smallest).toBeGreaterThanOrEqual(from)
    expect(largest).toBeLessThanOrEqual(to)
    expect(largest - smallest).toBeGreaterThan(0.99 * (to - from))
  }
  const flips = drawn.filter((transform) => transform.flipHorizontal).length
  expect(flips).toBeGreaterThan(900)
  expect(flips).toBeLessThan(1100)
  expect(drawn.some((transform) => transform.flipVertical)).toBe(false)
})

test('crops lie inside and keep to their areas and ratios', () => {
  const [largeHeight, largeWidth] = [200, 300]
  for (let seed = 0; seed < 500; seed++) {
    const one = drawCrop({ area: [0.2, 0.5], aspect: [0.75, 4 / 3] }, createRandom(seed), largeHeight, largeWidth)
    expect(one.top + one.height).toBeLessThanOrEqual(largeHeight)
    expect(one.left + one.width).toBeLessThanOrEqual(largeWidth)
    const share = (one.height * one.width) / (largeHeight * largeWidth)
    expect(share).toBeGreaterThan(0.195)
    expect(share).toBeLessThan(0.505)
    expect(one.width / one.height).toBeGreaterThan(0.74)
    expect(one.width / one.height).toBeLessThan(1.35)
  }
  // No box of this ratio has so large an area: the largest one in the middle.
  expect(drawCrop({ area: [1, 1], aspect: [1, 1] }, createRandom(0), 200, 300)).toEqual({ top: 0, left: 50, height: 200, width: 200 })
})

test('an image is the same for the same stream, another for another, and its input stays', () => {
  const augmentation = augmentationSchema.parse({ rotation: 20, crop: {}, colourJitter: { hue: 0.1, contrast: 0.3, brightness: 0.2, saturation: 0.4 }, randAugment: {}, horizontalFlip: true })
  const before = source.slice()
  const first = augmentImage(source, height, width, augmentation, createRandom(3))
  expect(augmentImage(source, height, width, augmentation, createRandom(3))).toEqual(first)
  expect(augmentImage(source, height, width, augmentation, createRandom(4))).not.toEqual(first)
  expect(source).toEqual(before)
  expect(augmentImage(source, height, width, augmentationSchema.parse({}), createRandom(3))).toEqual(source)
})
