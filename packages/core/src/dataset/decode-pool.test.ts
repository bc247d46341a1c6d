import { afterAll, expect, test, vi } from 'vitest'
import { sharp } from '../image/configured-sharp.ts'
import type { DecodeFailure } from './decoded-image.ts'
import { createDecodePool } from './decode-pool.ts'
import { picture } from './testing/pictures.ts'

// Child processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const pool = createDecodePool()
afterAll(() => pool.close())

async function failure(bytes: Uint8Array): Promise<DecodeFailure> {
  const outcome = await pool.decode(bytes)
  if ('image' in outcome) throw new Error('It decoded.')
  return outcome.failure
}
async function decoded(bytes: Uint8Array): Promise<Extract<Awaited<ReturnType<typeof pool.decode>>, { image: unknown }>['image']> {
  const outcome = await pool.decode(bytes)
  if ('failure' in outcome) throw new Error(outcome.failure.reason)
  return outcome.image
}

const formats = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const
for (const format of formats) {
  test(`${format}: decoded, and told when cut off`, async () => {
    const bytes = await picture(1, format, 300)
    expect(await decoded(bytes)).toMatchObject({ format, width: 300, height: 300, pixelHash: expect.stringMatching(/^[0-9a-f]{64}$/), perceptualHash: expect.stringMatching(/^[0-9a-f]{16}$/) })
    expect((await failure(bytes.subarray(0, Math.floor(bytes.length * 0.6)))).kind).toBe('truncated')
  })
}

test('junk after the image does no harm', async () => {
  const bytes = await picture(1, 'jpeg')
  expect((await decoded(Buffer.concat([bytes, Buffer.from('left over')]))).pixelHash).toBe((await decoded(bytes)).pixelHash)
})

const unusable: readonly [what: string, make: () => Promise<Uint8Array>, kind: DecodeFailure['kind'], reason: RegExp][] = [
  ['zero bytes', async () => Buffer.alloc(0), 'empty', /zero bytes/],
  ['text', async () => Buffer.from('hello'), 'not-an-image', /no image/],
  ['a zip', async () => Buffer.from('PK\x03\x04 and more'), 'not-an-image', /zip archive/],
  ['an SVG drawing', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'not-an-image', /SVG drawing/],
  ['a BMP', async () => Buffer.from('BM and more'), 'not-an-image', /BMP/],
  ['a web page', async () => Buffer.from('<!DOCTYPE html><p>404'), 'not-an-image', /web page/],
  ['a PNG with damaged pixels', damagedPng, 'corrupt', /No decoder can read it/],
  ['56 megapixels in 200 kB', () => sharp({ create: { width: 8000, height: 7000, channels: 3, background: '#888' } }).png().toBuffer(), 'too-large', /50 megapixels/],
]
async function damagedPng(): Promise<Uint8Array> {
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 50 } } }).png().toBuffer()
  bytes.fill(0x55, 2000, 2100)
  return bytes
}
for (const [what, make, kind, reason] of unusable) {
  test(`${what} is ${kind}`, async () => {
    expect(await failure(await make())).toEqual({ kind, reason: expect.stringMatching(reason) })
  })
}

test('the same pixels in two formats have one pixel hash', async () => {
  const png = await picture(5, 'png')
  const webp = await sharp(png).webp({ lossless: true }).toBuffer()
  expect((await decoded(webp)).pixelHash).toBe((await decoded(png)).pixelHash)
  expect((await decoded(await picture(6, 'png'))).pixelHash).not.toBe((await decoded(png)).pixelHash)
})

test('a recompressed, smaller copy has a close perceptual hash', async () => {
  const png = await picture(5, 'png', 200)
  const copy = await sharp(png).resize(150).jpeg({ quality: 60 }).toBuffer()
  expect((await decoded(copy)).perceptualHash).toBe((await decoded(png)).perceptualHash)
})

test('the thumbnail is an upright WebP of at most 256 pixels; a turned photo has the size that one sees', async () => {
  const wide = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#369' } }).withExif({}).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const image = await decoded(wide)
  expect([image.width, image.height]).toEqual([300, 600])
  expect(await sharp(Buffer.from(image.thumbnail)).metadata()).toMatchObject({ format: 'webp', width: 128, height: 256 })
})

test('an image that needs too much memory costs its child process, and only that', async () => {
  const small = createDecodePool({ children: 1, memoryLimit: 150 * 1024 ** 2 })
  const huge = await sharp({ create: { width: 7000, height: 7000, channels: 3, background: '#888' } }).png().toBuffer()
  expect(await small.decode(huge)).toEqual({ failure: { kind: 'too-large', reason: expect.stringContaining('memory') } })
  expect(await small.decode(await picture(1))).toHaveProperty('image')
  await small.close()
})

test('an image that takes too long is given up, the next one works', async () => {
  const huge = await sharp({ create: { width: 7000, height: 7000, channels: 3, background: '#888' } }).png().toBuffer()
  const impatient = createDecodePool({ children: 1, timeout: 60 })
  expect(await impatient.decode(huge)).toEqual({ failure: { kind: 'too-large', reason: expect.stringContaining('longer than 0.06 seconds') } })
  await impatient.close()
})

test('an abort ends the waiting at once; a closed pool refuses', async () => {
  const own = createDecodePool({ children: 1 })
  const stop = new AbortController()
  const waiting = own.decode(await picture(1), stop.signal)
  stop.abort()
  await expect(waiting).rejects.toThrow('aborted')
  await own.close()
  await expect(own.decode(await picture(1))).rejects.toMatchObject({ code: 'aborted' })
})
