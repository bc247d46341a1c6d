import type { JsonValue } from '@graft/contracts/search-space'
import { expect, test } from 'vitest'
import { categoricalScale, linearScale, logarithmicScale, shortValue } from './axis-scale.ts'

test('a linear axis: its ends, its middle, values at round numbers', () => {
  const scale = linearScale([10, 30])
  expect([10, 20, 30, null].map(scale.placeOf)).toEqual([0, 0.5, 1, NaN])
  expect(scale.valueAt(0.25)).toBe(15)
  expect(scale.ticks(4).map(({ text }) => text)).toEqual(['10', '15', '20', '25', '30'])
})

test('a logarithmic axis: decades are equally far apart', () => {
  const scale = logarithmicScale([1e-5, 1e-1])
  expect(scale.placeOf(1e-3)).toBeCloseTo(0.5)
  expect(scale.valueAt(0.75)).toBeCloseTo(1e-2)
  expect(scale.placeOf(0)).toBeNaN()
  expect(scale.ticks(5).map(({ text }) => text)).toEqual(['1e-5', '0.0001', '0.001', '0.01', '0.1'])
  expect(logarithmicScale([10, 60]).ticks(4).map(({ text }) => text)).toEqual(['10', '20', '50'])
})

test('one value alone lies in the middle', () => {
  expect(linearScale([3, 3]).placeOf(3)).toBe(0.5)
  expect(logarithmicScale([3, 3]).placeOf(3)).toBe(0.5)
  expect(linearScale([3, 3]).ticks(3)).toEqual([{ place: 0.5, text: '3' }])
})

test('choices keep the order of the space, whatever JSON they are', () => {
  const scale = categoricalScale(['SGD', { name: 'Adam' }, null, 3])
  expect([{ name: 'Adam' }, null, 'other'].map(scale.placeOf)).toEqual([0.375, 0.625, NaN])
  expect(scale.ticks(9).map(({ text }) => text)).toEqual(['SGD', 'Adam', 'none', '3'])
  expect(scale.valueAt(0.99)).toBe(3)
})

test('values in few characters', () => {
  const values: JsonValue[] = [{ name: 'SGD', momentum: 0.9 }, [1, 2], true, { units: 128 }]
  expect(values.map(shortValue)).toEqual(['SGD …', '[1,2]', 'true', '{"units":128}'])
})
