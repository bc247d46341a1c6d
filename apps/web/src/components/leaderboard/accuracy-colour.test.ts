import { expect, test } from 'vitest'
import { scaleColour, scaleStrength } from './accuracy-colour.ts'

test('guessing is nothing, perfect is everything, whatever the number of classes', () => {
  expect(scaleStrength(0.1, 10)).toBe(0)
  expect(scaleStrength(0.02, 10)).toBe(0)
  expect(scaleStrength(1, 10)).toBe(1)
  expect(scaleStrength(2 / 3, 3)).toBeCloseTo(0.5)
  expect(scaleStrength(0.5, 1)).toBe(0)
})

test('the colour grows with the strength and stays pale enough to read on', () => {
  const shares = [0, 0.25, 0.5, 0.75, 1].map((strength) => Number(/ ([\d.]+)%/.exec(scaleColour(strength))![1]))
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  expect(new Set(shares).size).toBe(5)
  expect(shares.at(-1)).toBe(46)
})
