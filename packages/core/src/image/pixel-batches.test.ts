import type { Preprocessing } from '@graft/contracts/model'
import { expect, test } from 'vitest'
import { sharp } from './configured-sharp.ts'
import { type BatchImage, pixelBatches } from './pixel-batches.ts'

const preprocessing: Preprocessing = { mode: 'tf', inputSize: [16, 16], interpolation: 'bilinear' }
const grey = (value: number): Promise<Buffer> => sharp({ create: { width: 20, height: 12, channels: 3, background: { r: value, g: value, b: value } } }).png().toBuffer()
const list = (count: number): BatchImage[] => Array.from({ length: count }, (_, index) => ({ sha256: String(index), path: `class/${index}.png` }))

function source(): { read(image: BatchImage): Promise<Uint8Array>; asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    async read(image) {
      asked.push(image.sha256)
      return grey(Number(image.sha256))
    },
  }
}

test('batches come in order, the last one smaller', async () => {
  const seen: number[][] = []
  for await (const batch of pixelBatches({ images: list(10), read: source().read, preprocessing, batchSize: 4 })) {
    expect(batch.pixels.length).toBe(batch.count * 16 * 16 * 3)
    expect(batch.decodeSeconds).toBeGreaterThan(0)
    seen.push([batch.start, batch.count, ...Array.from({ length: batch.count }, (_, index) => batch.pixels[index * 16 * 16 * 3]!)])
  }
  expect(seen).toEqual([
    [0, 4, 0, 1, 2, 3],
    [4, 4, 4, 5, 6, 7],
    [8, 2, 8, 9],
  ])
})

test('the next batch is decoded while the consumer works, and no further one', async () => {
  const { read, asked } = source()
  const batches = pixelBatches({ images: list(12), read, preprocessing, batchSize: 4 })
  await batches.next()
  await expect.poll(() => asked.length).toBe(8)
  await batches.return(undefined)
  expect(asked.length).toBe(8)
})

test('no images, no batches', async () => {
  const batches = pixelBatches({ images: [], read: source().read, preprocessing, batchSize: 4 })
  expect((await batches.next()).done).toBe(true)
})

test('an abort stops between batches', async () => {
  const stop = new AbortController()
  const batches = pixelBatches({ images: list(12), read: source().read, preprocessing, batchSize: 2, signal: stop.signal })
  await batches.next()
  stop.abort()
  await expect(batches.next()).rejects.toThrow('aborted')
})

test('an unreadable image is named, once the batches before it are through', async () => {
  const { read } = source()
  const batches = pixelBatches({ images: list(4), read: async (image) => (image.sha256 === '3' ? Buffer.from('broken') : read(image)), preprocessing, batchSize: 2 })
  expect((await batches.next()).value?.count).toBe(2)
  await expect(batches.next()).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('class/3.png') })
})

for (const batchSize of [0, 1.5, Number.NaN]) {
  test(`a batch size of ${batchSize} is refused`, async () => {
    const batches = pixelBatches({ images: list(4), read: source().read, preprocessing, batchSize })
    await expect(batches.next()).rejects.toMatchObject({ code: 'invalid_input', field: 'batchSize' })
  })
}
