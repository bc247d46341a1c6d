import { readFile } from 'node:fs/promises'
import type { Preprocessing } from '@graft/contracts/model'
import { expect, test } from 'vitest'
import { sharp } from './configured-sharp.ts'
import { decodePixels } from './decode-pixels.ts'
import { loadPixels } from './load-pixels.ts'
import { resizeBilinear } from './resample.ts'

/** Pictures and what Pillow makes of them; written by tools/parity/images.py. */
const golden = (name: string): Promise<Buffer> => readFile(new URL(`./golden/${name}`, import.meta.url))
const goldenPixels = async (name: string): Promise<{ pixels: Uint8Array; size: [number, number] }> => {
  const { data, info } = await sharp(await golden(name)).raw().toBuffer({ resolveWithObject: true })
  return { pixels: data, size: [info.height, info.width] }
}
const preprocessing = (inputSize: [number, number], interpolation: Preprocessing['interpolation'] = 'bilinear'): Preprocessing => ({ mode: 'tf', inputSize, interpolation })
const largestDifference = (one: Uint8Array, other: Uint8Array): number => one.reduce((largest, value, index) => Math.max(largest, Math.abs(value - other[index]!)), 0)

const sources = ['landscape.source.jpg', 'upright.source.jpg', 'enlarged.source.png', 'narrow.source.png']
for (const source of sources) {
  const name = source.split('.')[0]!
  for (const interpolation of ['bilinear', 'nearest'] as const) {
    test(`${interpolation} stretching of the ${name} picture equals Pillow's bit for bit`, async () => {
      const expected = await goldenPixels(`${name}.${interpolation}.png`)
      const pixels = await loadPixels(await golden(source), preprocessing(expected.size, interpolation))
      expect(pixels.length).toBe(expected.pixels.length)
      expect(largestDifference(pixels, expected.pixels)).toBe(0)
    })
  }
  test(`bilinear stretching of the ${name} picture is within one of Pillow 13, whichever side it takes first`, async () => {
    const expected = await goldenPixels(`${name}.direct.png`)
    const pixels = await loadPixels(await golden(source), preprocessing(expected.size))
    expect(largestDifference(pixels, expected.pixels)).toBeLessThanOrEqual(1)
  })
}

test('a large JPEG, also a turned one, is decoded smaller first and comes out the same to the eye', async () => {
  const blocks = Buffer.from(Array.from({ length: 30 * 20 * 3 }, (_, index) => (index * 7919) & 255))
  const photo = await sharp(blocks, { raw: { width: 30, height: 20, channels: 3 } }).resize(1200, 800, { kernel: 'cubic' }).withMetadata({ orientation: 6 }).jpeg({ quality: 90 }).toBuffer()
  const exact = resizeBilinear(await decodePixels(photo), 48, 32)
  expect(await decodePixels(photo, { enough: [48, 32] })).toMatchObject({ width: 100, height: 150 })
  const pixels = await loadPixels(photo, preprocessing([48, 32]))
  expect(pixels.reduce((sum, value, index) => sum + Math.abs(value - exact.data[index]!), 0) / pixels.length).toBeLessThan(1)
  expect(await decodePixels(photo, { enough: [224, 224] })).toMatchObject({ width: 800, height: 1200 })
})

test('an image of the input size passes unchanged', async () => {
  const source = await golden('enlarged.source.png')
  const image = await decodePixels(source)
  expect(await loadPixels(source, preprocessing([image.height, image.width]))).toEqual(image.data)
})

const flatColours: readonly [file: string, colour: readonly [number, number, number], tolerance: number][] = [
  ['cmyk-red.source.jpg', [235, 30, 35], 40],
  ['grey16.source.png', [128, 128, 128], 1],
  ['grey8.source.jpg', [90, 90, 90], 1],
  ['transparent.source.png', [255, 255, 255], 0],
  ['profile.source.png', [0, 200, 0], 1],
]
for (const [file, colour, tolerance] of flatColours) {
  test(`${file} becomes 8-bit sRGB`, async () => {
    const pixels = await loadPixels(await golden(file), preprocessing([16, 16]))
    expect(pixels.length).toBe(16 * 16 * 3)
    for (let channel = 0; channel < 3; channel++) {
      expect(Math.abs(pixels[8 * 16 * 3 + 24 + channel]! - colour[channel]!)).toBeLessThanOrEqual(tolerance)
    }
  })
}

test('a wide-gamut profile is applied, not ignored', async () => {
  const flat = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 0, g: 200, b: 0 } } })
  const wide = await flat.withIccProfile('p3').png().toBuffer()
  const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer()
  const shown = (await decodePixels(wide)).data
  expect(stored[1]).not.toBe(200)
  expect(Math.abs(shown[1]! - 200)).toBeLessThanOrEqual(2)
})

test('the EXIF orientation is applied', async () => {
  const image = await decodePixels(await golden('orientation6.source.jpg'))
  expect([image.width, image.height]).toEqual([16, 32])
  const top = (4 * 16 + 8) * 3
  const bottom = (28 * 16 + 8) * 3
  expect(image.data[top]).toBeGreaterThan(200)
  expect(image.data[bottom + 2]).toBeGreaterThan(200)
})

test('of an animation the first frame is taken', async () => {
  const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 250), Buffer.alloc(8 * 8 * 3, 5)])
  const animation = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } }).gif({ delay: [100, 100] }).toBuffer()
  const image = await decodePixels(animation)
  expect([image.width, image.height, image.data[0]! > 200]).toEqual([8, 8, true])
})

test('what no decoder reads is a clear error, and drawings are not even tried', async () => {
  for (const other of ['no image', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', '']) {
    await expect(loadPixels(Buffer.from(other), preprocessing([32, 32]))).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('Graft reads JPEG') })
  }
  await expect(loadPixels((await golden('enlarged.source.png')).subarray(0, 200), preprocessing([32, 32]))).rejects.toMatchObject({ code: 'corrupt', hint: expect.stringContaining('save it again') })
})
