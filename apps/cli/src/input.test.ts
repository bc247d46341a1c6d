import { expect, test } from 'vitest'
import { parseSeeds, splitList } from './input.ts'

test('reads seeds as numbers and ranges', () => {
  expect(parseSeeds('0,1, 2')).toEqual([0, 1, 2])
  expect(parseSeeds('5,0-3')).toEqual([5, 0, 1, 2, 3])
  for (const wrong of ['a', '-1', '1.5', '3-1', '0-1000', 'NaN', '1e3']) expect(() => parseSeeds(wrong)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
})

test('splits at commas and drops what is empty', () => {
  expect(splitList(' a, b,,c ')).toEqual(['a', 'b', 'c'])
})
