import { createRandom } from '@graft/statistics/random'
import { expect, test } from 'vitest'
import { paretoFront } from './pareto-front.ts'

test('is what comparing every pair gives, on 2,000 random rows with ties', () => {
  const random = createRandom(1)
  const rows = Array.from({ length: 2000 }, () => ({ score: random.integer(200), cost: random.integer(200) }))
  const isBeaten = (a: { score: number; cost: number }): boolean => rows.some((b) => b.score >= a.score && b.cost <= a.cost && (b.score > a.score || b.cost < a.cost))
  const expected = rows.flatMap((row, index) => (isBeaten(row) ? [] : [index]))
  const front = paretoFront(rows)
  expect(front.toSorted((a, b) => a - b)).toEqual(expected)
  expect(front.map((index) => rows[index]!.cost)).toEqual(front.map((index) => rows[index]!.cost).toSorted((a, b) => a - b))
})

test('rows without a number are left out; equal rows all stay', () => {
  expect(paretoFront([{ score: Number.NaN, cost: 1 }, { score: 0.5, cost: 2 }, { score: 0.5, cost: 2 }, { score: 0.5, cost: 3 }, { score: 0.4, cost: 1 }])).toEqual([4, 1, 2])
  expect(paretoFront([])).toEqual([])
})
