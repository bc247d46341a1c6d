import { expect, test } from 'vitest'
import { normalDensity, normalProbability, normalQuantile } from './normal-distribution.ts'

// scipy.stats.norm.cdf and pdf.
test.each([
  [-30, 4.906713927148e-198],
  [-10, 7.619853024160e-24],
  [-5, 2.866515718792e-7],
  [-2.9, 0.0018658133003840375],
  [-2.8, 0.002555130330427932],
  [-1, 0.15865525393145707],
  [0, 0.5],
  [0.5, 0.6914624612740131],
  [1.96, 0.9750021048517795],
  [6, 0.9999999990134123],
])('probability at %d', (x, expected) => {
  expect(Math.abs(normalProbability(x) / expected - 1)).toBeLessThan(1e-11)
})

test('density at 0 and 2', () => {
  expect(normalDensity(0)).toBeCloseTo(0.3989422804014327, 15)
  expect(normalDensity(2)).toBeCloseTo(0.05399096651318806, 15)
  expect(normalProbability(Number.NaN)).toBeNaN()
})

// scipy.stats.norm.ppf.
test.each([
  [1e-300, -37.0470962993612],
  [1e-12, -7.034483825301131],
  [0.001, -3.090232306167813],
  [0.05, -1.6448536269514729],
  [0.3, -0.5244005127080409],
  [0.8, 0.8416212335729143],
  [0.975, 1.959963984540054],
  [0.9999, 3.719016485455709],
])('quantile of %d', (probability, expected) => {
  expect(Math.abs(normalQuantile(probability) / expected - 1)).toBeLessThan(1e-13)
})

test('a quantile is where its probability is reached', () => {
  for (const x of [-30, -8, -4, -1.5, -0.3, 0, 0.3, 1.5, 4]) expect(normalQuantile(normalProbability(x))).toBeCloseTo(x, 10)
  expect([normalQuantile(0), normalQuantile(1), normalQuantile(Number.NaN)]).toEqual([-Infinity, Infinity, NaN])
})
