import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { findNearDuplicates, type NearDuplicateCandidate, nearDuplicateThreshold } from './near-duplicates.ts'

function candidate(index: number, perceptualHash: string, more: Partial<NearDuplicateCandidate> = {}): NearDuplicateCandidate {
  return { path: `cats/${String(index).padStart(6, '0')}`, className: 'cats', split: 'train', pixelHash: String(index), perceptualHash, ...more }
}
const hashOf = (index: number): bigint => BigInt(`0x${createHash('sha256').update(String(index)).digest('hex').slice(0, 16)}`)
const text = (hash: bigint): string => hash.toString(16).padStart(16, '0')

function distance(one: string, other: string): number {
  return (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll('0', '').length
}

test('finds exactly the pairs that comparing everything with everything finds', async () => {
  // Families: an original and copies with 0 to 5 bits turned, in all parts of the hash.
  const images = Array.from({ length: 900 }, (_, index) => {
    let hash = hashOf(Math.floor(index / 3))
    for (let turned = 0; turned < index % 6; turned++) hash ^= 1n << BigInt((index * 13 + turned * 23) % 64)
    return candidate(index, text(hash))
  })
  const expected = images.flatMap((image, index) => {
    const distances = images.slice(0, index).map((other) => distance(image.perceptualHash, other.perceptualHash))
    return distances.some((bits) => bits <= nearDuplicateThreshold) ? [[image.path, Math.min(...distances)] as const] : []
  })
  const found = await findNearDuplicates(images)
  expect(expected.length).toBeGreaterThan(200)
  expect(found.map((issue) => [issue.path, distance(images[Number(issue.path.slice(5))]!.perceptualHash, images[Number(issue.related[0]!.slice(5))]!.perceptualHash)])).toEqual(expected)
})

test('100,000 images with a few thousand close ones', async () => {
  const images = Array.from({ length: 100_000 }, (_, index) => candidate(index, text(index % 50 === 1 ? hashOf(index - 1) ^ 1n : hashOf(index))))
  expect((await findNearDuplicates(images)).length).toBe(2000)
})

test('pictures on white, whose hashes share most bits, are no slower and an abort is heard', async () => {
  const images = Array.from({ length: 60_000 }, (_, index) => candidate(index, text(hashOf(index) & 0x00ff_0fff_00ff_0ffen)))
  expect((await findNearDuplicates(images)).length).toBeGreaterThan(0)
  const stop = new AbortController()
  const running = findNearDuplicates(images, stop.signal)
  stop.abort()
  await expect(running).rejects.toThrow('aborted')
})

test('says when the twin is under another class or in another split; equal pixels are another issue', async () => {
  const hash = text(hashOf(1))
  expect((await findNearDuplicates([candidate(0, hash), candidate(1, hash, { className: 'dogs' })]))[0]).toMatchObject({ kind: 'near-duplicate', reason: expect.stringContaining('under another class ("cats")') })
  expect((await findNearDuplicates([candidate(0, hash), candidate(1, hash, { split: 'test' })]))[0]?.reason).toContain('in another split (train, this one is in test)')
  expect((await findNearDuplicates([candidate(0, hash, { pixelHash: 'same' }), candidate(1, hash, { pixelHash: 'same' })]))).toEqual([])
})

test('hundreds of pictures with one hash are flat, not copies', async () => {
  expect(await findNearDuplicates(Array.from({ length: 300 }, (_, index) => candidate(index, '0000000000000000')))).toEqual([])
})
