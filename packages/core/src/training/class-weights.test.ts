import { expect, test } from 'vitest'
import { classWeightFactors } from './class-weights.ts'

const classes = ['ant', 'bee', 'cat']

test('balanced weights are those of scikit-learn: images / (classes x images of the class)', () => {
  // sklearn.utils.class_weight.compute_class_weight('balanced', classes=[0, 1], y=[0, 0, 0, 1]) is [0.66666667, 2.0].
  expect(classWeightFactors('balanced', ['ant', 'bee'], Int32Array.of(0, 0, 0, 1))).toEqual([4 / 6, 2])
  expect(classWeightFactors('balanced', classes, Int32Array.of(0, 0, 1))).toEqual([0.5, 1, 1])
})

test('weights by name go to their classes, others weigh 1', () => {
  expect(classWeightFactors({ cat: 2.5 }, classes, Int32Array.of(0, 1, 2))).toEqual([1, 1, 2.5])
  expect(classWeightFactors(undefined, classes, Int32Array.of(0))).toBeUndefined()
})

test('a name that is no class is a clear error', () => {
  expect(() => classWeightFactors({ dog: 2 }, classes, Int32Array.of(0))).toThrowError(expect.objectContaining({ code: 'invalid_input', field: 'classWeights.dog' }))
})
