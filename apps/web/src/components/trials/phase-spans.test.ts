import { recipeSchema } from '@graft/contracts/recipe'
import { seedRecipe } from '@graft/contracts/recipe/presets'
import type { TrialSummary } from '@graft/contracts/trial'
import { expect, test } from 'vitest'
import { curveMarks, phaseSpans } from './phase-spans.ts'

const recipe = recipeSchema.parse({ phases: [{ kind: 'feature-extraction', epochs: 5 }, { kind: 'fine-tuning', epochs: 3, earlyStopping: {} }, { kind: 'fine-tuning', epochs: 4 }] })
const summary = { phases: [{ kind: 'feature-extraction', epochs: 5, bestEpoch: 4 }, { kind: 'fine-tuning', epochs: 2, bestEpoch: 7 }, { kind: 'fine-tuning', epochs: 4, bestEpoch: 8 }] } as TrialSummary

test('phases lie as they were trained', () => {
  expect(phaseSpans(recipe, summary)).toEqual([
    { kind: 'feature-extraction', from: 1, to: 5, best: 4 },
    { kind: 'fine-tuning', from: 6, to: 7, best: 7 },
    { kind: 'fine-tuning', from: 8, to: 11, best: 8 },
  ])
})

test('before that as they are planned, as far as that can be known', () => {
  expect(phaseSpans(recipe, null).map(({ from, to }) => [from, to])).toEqual([[1, 5], [6, 8]])
  expect(phaseSpans(seedRecipe, null)).toEqual([{ kind: 'feature-extraction', from: 1, to: 20, best: undefined }])
})

test('a line before fine-tuning and at the best epochs; the kept one is one of them', () => {
  expect(curveMarks(phaseSpans(recipe, summary), 7)).toEqual([
    { step: 5.5, look: 'phase', label: 'fine-tuning' },
    { step: 7.5, look: 'phase', label: 'fine-tuning' },
    { step: 4, look: 'best' },
    { step: 8, look: 'best' },
    { step: 7, look: 'kept' },
  ])
  expect(curveMarks(phaseSpans(seedRecipe, null), undefined)).toEqual([])
})
