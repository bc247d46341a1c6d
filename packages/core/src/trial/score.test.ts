import { mostProbable } from '@graft/statistics/most-probable'
import { expect, test } from 'vitest'
import { score } from './score.ts'

test('accuracy, loss and interval of a handful of predictions', () => {
  const probabilities = Float32Array.from([0.7, 0.2, 0.1, 0.1, 0.6, 0.3, 0.2, 0.3, 0.5, 0.5, 0.25, 0.25])
  const result = score(probabilities, Int32Array.from([0, 1, 1, 0]), 3)
  expect(result).toMatchObject({ accuracy: 0.75, correct: 3, images: 4 })
  // numpy: -mean(log([.7, .6, .3, .5])) = 0.6911551
  expect(result.loss).toBeCloseTo(0.6911551, 6)
  // Wilson (1927) for 3 of 4, as statsmodels' proportion_confint(3, 4, method='wilson') gives it.
  expect(result.interval[0]).toBeCloseTo(0.3006, 4)
  expect(result.interval[1]).toBeCloseTo(0.9544, 4)
})

test('a probability of 0 costs a large loss, not infinity', () => {
  expect(score(Float32Array.from([0, 1]), Int32Array.from([0]), 2).loss).toBeCloseTo(-Math.log(1e-7), 6)
})

test('of equals the first is the most probable', () => {
  expect(mostProbable(Float32Array.from([9, 9, 0.2, 0.4, 0.4]), 3, 0)).toBe(0)
  expect(mostProbable(Float32Array.from([0.2, 0.4, 0.4]), 3, 0)).toBe(1)
})

test('no images: nothing is known', () => {
  expect(score(new Float32Array(), new Int32Array(), 3)).toEqual({ accuracy: 0, loss: 0, images: 0, correct: 0, interval: [0, 1] })
})
