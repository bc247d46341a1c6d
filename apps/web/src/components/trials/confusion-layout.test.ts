import { expect, test } from 'vitest'
import { layOutConfusion } from './confusion-layout.ts'

test('shares are of the true class, mistakes the commonest first', () => {
  const layout = layOutConfusion({ classes: ['a', 'b', 'c'], counts: [[3, 1, 0], [0, 2, 2], [0, 0, 0]] })
  expect(layout.rows[0]).toEqual({ name: 'a', total: 4, recall: 0.75, cells: [{ count: 3, share: 0.75 }, { count: 1, share: 0.25 }, { count: 0, share: 0 }] })
  expect(layout.rows[2]?.recall).toBe(0)
  expect(layout.mistakes).toEqual([{ truth: 1, predicted: 2, count: 2 }, { truth: 0, predicted: 1, count: 1 }])
  expect([layout.correct, layout.total]).toEqual([5, 8])
})
