import { expect, test } from 'vitest'
import { sampleOf, spreadEvenly } from './sample-trials.ts'

const items = Uint32Array.from({ length: 1000 }, (_, place) => place)

test('every item is there once, and each beginning is spread over the whole', () => {
  const spread = spreadEvenly(items)
  expect([...spread].toSorted((a, b) => a - b)).toEqual([...items])
  for (const count of [10, 50, 300]) {
    const gaps = [-1, ...[...spread.subarray(0, count)].toSorted((a, b) => a - b), 1000].map((place, index, all) => (index === 0 ? 0 : place - all[index - 1]!))
    expect(Math.max(...gaps)).toBeLessThanOrEqual((3 * 1000) / count)
  }
  expect([...spreadEvenly(Uint32Array.of(7))]).toEqual([7])
  expect([...spreadEvenly(Uint32Array.of())]).toEqual([])
})

test('a sample holds only what is inside, all of it where it is few, and keeps its trials while a range shrinks', () => {
  const spread = spreadEvenly(items)
  const within = (low: number, high: number) => Uint8Array.from(items, (item) => (item >= low && item < high ? 1 : 0))
  expect([...sampleOf({ spread }, within(200, 260), 100)].toSorted((a, b) => a - b)).toEqual([...items.subarray(200, 260)])
  const wide = sampleOf({ spread }, within(0, 800), 100)
  const narrow = new Set(sampleOf({ spread }, within(0, 700), 100))
  expect(wide).toHaveLength(100)
  expect([...wide].filter((trial) => trial < 700).every((trial) => narrow.has(trial))).toBe(true)
})
