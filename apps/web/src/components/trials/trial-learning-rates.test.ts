import { recipeSchema } from '@graft/contracts/recipe'
import { expect, test } from 'vitest'
import { curvesOf } from './curve-points.ts'
import { phaseSpans } from './phase-spans.ts'
import { trialLearningRates } from './trial-learning-rates.ts'

const recipe = recipeSchema.parse({
  phases: [
    { kind: 'feature-extraction', epochs: 3, optimizer: { name: 'SGD', learningRate: 0.1 }, schedule: { kind: 'reduce-on-plateau', patience: 1, factor: 0.5 } },
    { kind: 'fine-tuning', epochs: 2, optimizer: { name: 'SGD', learningRate: 0.01 } },
  ],
})

test('the rates of two phases follow each other, each from its own start; a plateau goes by the losses that were measured', () => {
  const losses = [1, 2, 0.5, 0.4, 0.3].map((value, index) => ({ step: index + 1, name: 'validation/loss' as const, value }))
  const { epochs, rates } = trialLearningRates(recipe, phaseSpans(recipe, null), curvesOf(losses))
  expect(epochs).toEqual(epochs.toSorted((a, b) => a - b))
  expect([epochs[0], epochs.at(-1)]).toEqual([0, 5])
  expect(rates[epochs.indexOf(1.5)]).toBeCloseTo(0.1)
  expect(rates[epochs.indexOf(2.5)]).toBeCloseTo(0.05)
  expect(rates.slice(epochs.lastIndexOf(3)).every((rate) => rate === 0.01)).toBe(true)
})
