import { expect, test } from 'vitest'
import golden from './golden/sobol.json' with { type: 'json' }
import { sobolSequence } from './sobol-sequence.ts'

test("without a seed: scipy's points, to the last bit", () => {
  const sequence = sobolSequence(100, null)
  golden.indexes.forEach((index, row) => expect([...sequence(index)]).toEqual(golden.points[row]))
})

test.each([0, 1, 2, 3, 4])('scrambled by seed %d: each interval of 1/64 holds one of the first 64 points in every dimension', (seed) => {
  const sequence = sobolSequence(20, seed)
  for (let dimension = 0; dimension < 20; dimension += 1) {
    expect(new Set(Array.from({ length: 64 }, (_, index) => Math.floor(sequence(index)[dimension]! * 64))).size).toBe(64)
  }
})

test.each([2, 6] as const)('scrambled in %d dimensions: as even as scipy’s, far evener than chance', (dimensions) => {
  const [lowest, highest] = golden.scrambledDiscrepancy[dimensions]
  const discrepancies = Array.from({ length: 20 }, (_, seed) => centeredDiscrepancy(Array.from({ length: 256 }, (_point, index) => sobolSequence(dimensions, seed)(index)))).toSorted((a, b) => a - b)
  expect(discrepancies[10]).toBeGreaterThan(lowest! * 0.8)
  expect(discrepancies[10]).toBeLessThan(highest!)
  expect(discrepancies[10]).toBeLessThan(golden.randomDiscrepancy[dimensions] / 3)
})

test('another seed scrambles otherwise; more than 100 dimensions are refused', () => {
  expect([...sobolSequence(3, 1)(5)]).not.toEqual([...sobolSequence(3, 2)(5)])
  expect(() => sobolSequence(101, 0)).toThrow('at most 100 dimensions')
})

/** Centered L2 discrepancy, squared (Hickernell 1998): what scipy's `discrepancy` gives. */
function centeredDiscrepancy(points: readonly Float64Array[]): number {
  const [count, dimensions] = [points.length, points[0]!.length]
  let single = 0
  let pairs = 0
  for (const a of points) {
    let product = 1
    for (const x of a) product *= 1 + 0.5 * Math.abs(x - 0.5) - 0.5 * (x - 0.5) ** 2
    single += product
    for (const b of points) {
      let pair = 1
      a.forEach((x, index) => (pair *= 1 + 0.5 * Math.abs(x - 0.5) + 0.5 * Math.abs(b[index]! - 0.5) - 0.5 * Math.abs(x - b[index]!)))
      pairs += pair
    }
  }
  return (13 / 12) ** dimensions - (2 / count) * single + pairs / count ** 2
}
