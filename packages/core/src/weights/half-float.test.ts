import { expect, test } from 'vitest'
import { floatsFromHalves, halvesFromFloats } from './half-float.ts'

const isNotANumber = (half: number): boolean => (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0

test('all 65,536 halves come back as they were', () => {
  const halves = Uint16Array.from({ length: 65_536 }, (_, index) => index)
  const again = halvesFromFloats(floatsFromHalves(halves))
  expect(halves.filter((half) => !isNotANumber(half) && again[half] !== half)).toEqual(new Uint16Array())
  expect(halves.filter((half) => isNotANumber(half) && !isNotANumber(again[half]!))).toEqual(new Uint16Array())
})

/** IEEE 754: nearest, ties to even. */
test.each([
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [1 + 2 ** -11 + 2 ** -20, 0x3c01],
  [65504, 0x7bff],
  [65519.99, 0x7bff],
  [65520, 0x7c00],
  [-1e10, 0xfc00],
  [2 ** -24, 1],
  [2 ** -25, 0],
  [1.5 * 2 ** -25, 1],
  [-(2 ** -30), 0x8000],
  [2 ** -14 - 2 ** -26, 0x0400],
  [0, 0],
])('%d is rounded to %d', (value, half) => {
  expect(halvesFromFloats(Float32Array.of(value))[0]).toBe(half)
})
