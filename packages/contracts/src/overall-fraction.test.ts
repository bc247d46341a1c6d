import { expect, test } from 'vitest'
import { overallFraction } from './overall-fraction.ts'

const at = (stage: string, fraction: number | null = null, message = '') => ({ stage, fraction, message })

test.each([
  ['an import', [at('fetching the archive'), at('looking at the files'), at('checking images', 0), at('checking images', 1), at('storing images', 0.03), at('storing images', 1), at('reporting')]],
  ['a trial on features', [at('preparing'), at('downloading weights', 0.1), at('downloading weights', 1), at('storing weights'), at('features', 0), at('features', 1), at('training', 0.05), at('training', 1), at('storing'), at('reporting')]],
  ['a trial from scratch', [at('preparing'), at('decoding', 1), at('training', 0.05), at('storing'), at('reporting')]],
  ['an export', [at('loading the model'), at('compiling'), at('re-scoring onnx', 0.1), at('re-scoring onnx', 1), at('reporting')]],
  ['a quick check', [at('storing weights'), at('looking at samples', 0), at('looking at samples', 1), at('reporting')]],
])('the bar of %s never falls back between stages', (_, steps) => {
  const fractions = steps.map((step) => overallFraction(step)!)
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
  expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true)
})

test('a stage that nobody here knows shows its own measure', () => {
  expect(overallFraction(at('polishing', 0.3))).toBe(0.3)
  expect(overallFraction(at('constructor'))).toBeNull()
})
