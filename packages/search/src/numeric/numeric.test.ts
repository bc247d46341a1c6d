import { createRandom } from '@graft/statistics/random'
import { expect, test } from 'vitest'
import { cholesky, inverseFromCholesky, solveLower, solveUpper } from './cholesky.ts'
import { minimize } from './minimize.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

const random = createRandom(2)
const size = 12
const factor = Float64Array.from({ length: size * size }, () => random.normal())
const at = (matrix: Float64Array, row: number, column: number): number => matrix[row * size + column]!
const indexes = Array.from({ length: size }, (_, index) => index)
const product = (a: (row: number, k: number) => number, b: (k: number, column: number) => number): Float64Array => Float64Array.from({ length: size * size }, (_, cell) => indexes.reduce((sum, k) => sum + a(Math.floor(cell / size), k) * b(k, cell % size), 0))
const positive = product((row, k) => at(factor, row, k), (k, column) => at(factor, column, k))
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (value, index) => Math.abs(value - b[index]!)))

test('Cholesky: L Lᵀ is the matrix, its solutions solve, its inverse inverts', () => {
  const lower = cholesky(positive, size)!
  expect(largestDifference(product((row, k) => at(lower, row, k), (k, column) => at(lower, column, k)), positive)).toBeLessThan(1e-12)
  const right = indexes.map(() => random.normal())
  const solution = solveUpper(lower, size, solveLower(lower, size, right))
  expect(largestDifference(indexes.map((row) => indexes.reduce((sum, column) => sum + at(positive, row, column) * solution[column]!, 0)), right)).toBeLessThan(1e-9)
  const inverse = inverseFromCholesky(lower, size)
  expect(largestDifference(product((row, k) => at(positive, row, k), (k, column) => at(inverse, k, column)), Float64Array.from({ length: size * size }, (_, cell) => (Math.floor(cell / size) === cell % size ? 1 : 0)))).toBeLessThan(1e-8)
  expect(cholesky(new Float64Array([1, 0, 2, 1]), 2)).toBeNull()
})

test('eigenvalues and vectors give the matrix back, vectors stand at right angles', () => {
  const { values, vectors } = symmetricEigen(positive, size)
  expect(largestDifference(product((row, k) => at(vectors, row, k) * values[k]!, (k, column) => at(vectors, column, k)), positive)).toBeLessThan(1e-11)
  expect(largestDifference(product((row, k) => at(vectors, k, row), (k, column) => at(vectors, k, column)), Float64Array.from({ length: size * size }, (_, cell) => (Math.floor(cell / size) === cell % size ? 1 : 0)))).toBeLessThan(1e-12)
  expect(values.every((value) => value > 0)).toBe(true)
})

const rosenbrock = ([x, y]: Float64Array): { value: number; gradient: Float64Array } => ({
  value: 100 * (y! - x! ** 2) ** 2 + (1 - x!) ** 2,
  gradient: Float64Array.of(-400 * x! * (y! - x! ** 2) - 2 * (1 - x!), 200 * (y! - x! ** 2)),
})

test('a minimum inside the bounds, and one on them', () => {
  const inside = minimize(rosenbrock, Float64Array.of(-1.2, 1), { low: -2, high: 2 }, 200, 1e-8)
  expect(largestDifference(inside.point, [1, 1])).toBeLessThan(1e-4)
  // With x at most 0.5 the best y is 0.25.
  const bounded = minimize(rosenbrock, Float64Array.of(-1, 0), { low: -2, high: 0.5 }, 200, 1e-8)
  expect(largestDifference(bounded.point, [0.5, 0.25])).toBeLessThan(1e-4)
})
