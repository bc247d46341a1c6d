import { expect, test } from 'vitest'
import { parseSeeds, seedsText } from './parse-seeds.ts'

test.each([
  ['0', [0]],
  ['0-2, 7', [0, 1, 2, 7]],
  [' 3  4,5 ', [3, 4, 5]],
])('%j', (text, seeds) => expect(parseSeeds(text)).toEqual({ seeds }))

test.each(['', ' , ', '-1', 'a', '1.5', '3-1', '0-1000000000', '0-99,100', '=cmd', '1e3'])('%j is refused with a sentence', (text) => {
  const parsed = parseSeeds(text)
  expect('error' in parsed && parsed.error).toMatch(/\.$/)
})

test('seeds as text', () => {
  expect(seedsText([0, 1, 2, 7])).toBe('0-2, 7')
  expect(seedsText([5])).toBe('5')
  expect(seedsText([])).toBe('')
})
