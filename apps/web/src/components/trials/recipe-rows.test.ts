import { recipeSchema } from '@graft/contracts/recipe'
import { linearProbeRecipe, seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { recipeGroups } from './recipe-rows.ts'

test('one phase and a head, in words', () => {
  expect(recipeGroups(seedRecipe)).toEqual([
    { title: 'Feature extraction', rows: [['Epochs', '20'], ['Batch size', '32'], ['Optimizer', 'RMSprop'], ['Learning rate', '0.001'], ['Rho', '0.9'], ['Momentum', '0'], ['Epsilon', '1e-7'], ['Centered', 'no']] },
    { title: 'Head', rows: [['Dense layers', '1024, relu'], ['Pooling', 'average']] },
  ])
  expect(recipeGroups(linearProbeRecipe)[1]!.rows[0]).toEqual(['Dense layers', 'none: softmax on the features'])
})

test('further phases and fields are all shown', () => {
  const recipe = recipeSchema.parse({
    phases: [{ kind: 'feature-extraction' }, { kind: 'fine-tuning', unfreeze: { block: 'block5' }, schedule: { kind: 'cosine' } }],
    head: { dense: [{ units: 64, dropout: 0.5 }, { units: 8 }] },
    augmentation: { rotation: 10, brightness: [0.5, 1.5] },
    classWeights: 'balanced',
  })
  const groups = recipeGroups(recipe)
  expect(groups.map(({ title }) => title)).toEqual(['1. Feature extraction', '2. Fine tuning', 'Head', 'Further'])
  expect(groups[1]!.rows).toContainEqual(['Unfreeze', 'block block5'])
  expect(groups[1]!.rows).toContainEqual(['Schedule', 'cosine, warm up 0, final 0'])
  expect(groups[2]!.rows[0]).toEqual(['Dense layers', '64, relu, dropout 0.5 → 8, relu'])
  expect(groups[3]!.rows).toContainEqual(['Class weights', 'balanced'])
  expect(groups[3]!.rows[1]![1]).toMatch(/^rotation 10, brightness 0.5, 1.5, /)
})
