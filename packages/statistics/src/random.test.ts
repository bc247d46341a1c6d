import { expect, test } from 'vitest'
import { createRandom } from './random.ts'

/** xoshiro128** 1.1 from the state that splitmix of seed 1 gives, computed with 64-bit integers instead of Math.imul. */
function reference(seed: number, count: number): number[] {
  const mask = 0xffffffffn
  const mix = (word: bigint): bigint => {
    let value = ((word ^ (word >> 16n)) * 0x85ebca6bn) & mask
    value = ((value ^ (value >> 13n)) * 0xc2b2ae35n) & mask
    return value ^ (value >> 16n)
  }
  const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) & mask
  const s = [1n, 2n, 3n, 4n].map((step) => mix((BigInt(seed) + step * 0x9e3779b9n) & mask)) as [bigint, bigint, bigint, bigint]
  return Array.from({ length: count }, () => {
    const result = (rotate((s[1] * 5n) & mask, 7n) * 9n) & mask
    const shifted = (s[1] << 9n) & mask
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= shifted
    s[3] = rotate(s[3], 11n)
    return Number(result)
  })
}

test.each([0, 1, 42, 2147483647])('seed %d gives the numbers of xoshiro128**', (seed) => {
  const random = createRandom(seed)
  expect(Array.from({ length: 20 }, () => random.next() * 4294967296)).toEqual(reference(seed, 20))
})

test('uniform, normal and integer have the moments they should', () => {
  const random = createRandom(7)
  const count = 20_000
  const moments = (draw: () => number): [number, number] => {
    const values = Array.from({ length: count }, draw)
    const mean = values.reduce((sum, value) => sum + value, 0) / count
    return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count]
  }
  const [uniformMean, uniformVariance] = moments(() => random.uniform(-2, 4))
  expect(uniformMean).toBeCloseTo(1, 1)
  expect(uniformVariance).toBeCloseTo(3, 0)
  const [normalMean, normalVariance] = moments(() => random.normal())
  expect(Math.abs(normalMean)).toBeLessThan(0.05)
  expect(Math.abs(normalVariance - 1)).toBeLessThan(0.05)
  const counts = [0, 0, 0]
  for (let draw = 0; draw < count; draw++) counts[random.integer(3)]!++
  for (const each of counts) expect(Math.abs(each / count - 1 / 3)).toBeLessThan(0.02)
})

test('a shuffle is a permutation, the same for the same seed', () => {
  const shuffled = createRandom(3).shuffle(Int32Array.from({ length: 100 }, (_, index) => index))
  expect([...shuffled].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index))
  expect([...shuffled]).toEqual([...createRandom(3).shuffle(Int32Array.from({ length: 100 }, (_, index) => index))])
  expect([...shuffled]).not.toEqual([...createRandom(4).shuffle(Int32Array.from({ length: 100 }, (_, index) => index))])
})

test('a fork depends on seed and label only', () => {
  const used = createRandom(5)
  used.next()
  expect(used.fork('a').next()).toBe(createRandom(5).fork('a').next())
  expect(used.fork('a').next()).not.toBe(used.fork('b').next())
  expect(used.fork('a').next()).not.toBe(createRandom(6).fork('a').next())
})
