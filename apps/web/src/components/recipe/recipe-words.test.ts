import { nameSchema } from '@graft/contracts/identifier'
import { recipeSchema } from '@graft/contracts/recipe'
import { fineTuningAllRecipe, fineTuningFrom94Recipe, linearProbeRecipe, seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { describeRecipe, recipeSentence } from './recipe-words.ts'

test('the name of a recipe says what trains, how and how long', () => {
  expect(describeRecipe(seedRecipe)).toBe('RMSprop 0.001, dense 1024, 20 epochs, batch 32')
  expect(describeRecipe(linearProbeRecipe)).toBe('Adam 0.003, no dense layer, 30 epochs, batch 32')
  expect(describeRecipe(fineTuningAllRecipe)).toBe('RMSprop 0.001, dense 1024, 20 epochs, batch 32; fine-tuning all layers: SGD 0.0001, 20 epochs')
  const own = recipeSchema.parse({ phases: [{ kind: 'fine-tuning', epochs: 1, unfreeze: { block: 'block5' } }], head: { dense: [{ units: 64, dropout: 0.5 }] }, loss: { name: 'focal' }, classWeights: 'balanced' })
  expect(describeRecipe(own)).toBe('SGD 0.0001, fine-tuning from block5, 1 epoch, batch 32, focal loss, class weights')
})

test('a network that the recipe spells out is what trains', () => {
  expect(describeRecipe(recipeSchema.parse({ phases: [{ kind: 'feature-extraction' }], network: [{ kind: 'flatten' }, { kind: 'dense', units: 8 }] }))).toBe('RMSprop 0.001, own network of 2 layers, 20 epochs, batch 32')
})

test('a long recipe still has a name', () => {
  const phase = { kind: 'fine-tuning', unfreeze: { layer: 'a_layer_with_a_rather_long_name' }, batchSize: 7 } as const
  const long = recipeSchema.parse({ phases: [{ kind: 'feature-extraction' }, phase, phase, phase], augmentation: {} })
  expect(nameSchema.parse(describeRecipe(long))).toHaveLength(100)
})

test('a preset says in a line what it does', () => {
  expect(recipeSentence(seedRecipe)).toBe('A head of 1024 units on frozen features: 20 epochs, RMSprop 0.001.')
  expect(recipeSentence(fineTuningFrom94Recipe)).toBe('A head of 1024 units on frozen features: 20 epochs, RMSprop 0.001. Then the layers from layer 94 up: 20 epochs, SGD 0.0001.')
})
