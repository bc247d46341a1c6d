import { recipeSchema } from '@graft/contracts/recipe'
import { linearProbeRecipe, recipePresets, seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { formOfRecipe, launchFieldOf, readLaunch, recipeNameOf, type LaunchForm, type RecipeForm } from './recipe-form.ts'

const form = (recipe: Partial<RecipeForm> = {}, rest: Partial<LaunchForm> = {}): LaunchForm => ({ datasets: ['birds'], models: ['mobilenet-v2'], seeds: '0-2', recipe: { ...formOfRecipe(seedRecipe), ...recipe }, ...rest })

test('every preset goes through the form and comes back as it was', () => {
  for (const preset of recipePresets) {
    const { request, errors } = readLaunch(form(formOfRecipe(preset)), preset)
    expect(errors).toEqual({})
    expect(request?.recipe).toEqual(preset)
  }
})

test('what the form does not show stays as the preset has it', () => {
  const preset = recipeSchema.parse({ name: 'two phases', phases: [{ kind: 'feature-extraction' }, { kind: 'fine-tuning', epochs: 3 }], head: { dense: [{ units: 64, activation: 'gelu', l2: 0.01 }] }, augmentation: { rotation: 10 } })
  const { request } = readLaunch(form(formOfRecipe(preset)), preset)
  expect(request?.recipe).toEqual(preset)
  expect(readLaunch(form({ ...formOfRecipe(preset), epochs: '7' }), preset).request?.recipe).toMatchObject({ phases: [{ epochs: 7 }, { kind: 'fine-tuning', epochs: 3 }], head: preset.head, augmentation: preset.augmentation })
})

test('a changed recipe is named by what it does, unless it is given a name', () => {
  expect(recipeNameOf({ ...formOfRecipe(seedRecipe), epochs: '5', dropout: '0.5' }, seedRecipe)).toBe('RMSprop 0.001, dense 1024, dropout 0.5, 5 epochs, batch 32')
  expect(recipeNameOf({ ...formOfRecipe(linearProbeRecipe), optimizer: 'SGD' }, linearProbeRecipe)).toBe('SGD 0.003, no dense layer, 30 epochs, batch 32')
  expect(recipeNameOf({ ...formOfRecipe(seedRecipe), name: ' mine ' }, seedRecipe)).toBe('mine')
})

test('layers are a list', () => {
  const { request } = readLaunch(form({ denseUnits: '512, 128', dropout: '0.2' }), seedRecipe)
  expect(request?.recipe.head?.dense).toEqual([
    { units: 512, activation: 'relu', dropout: 0.2 },
    { units: 128, activation: 'relu', dropout: 0.2 },
  ])
})

test.each([
  [{ learningRate: '0' }, 'learningRate', 'Must be greater than 0.'],
  [{ learningRate: 'NaN' }, 'learningRate', 'A number is needed.'],
  [{ learningRate: '' }, 'learningRate', 'A number is needed.'],
  [{ learningRate: '1e999' }, 'learningRate', /number/],
  [{ epochs: '0' }, 'epochs', 'At least 1.'],
  [{ epochs: '1.5' }, 'epochs', 'A whole number is needed.'],
  [{ epochs: 'ten' }, 'epochs', 'A number is needed.'],
  [{ batchSize: '5000' }, 'batchSize', 'At most 1024.'],
  [{ denseUnits: '12, x' }, 'denseUnits', 'A number is needed.'],
  [{ dropout: '1' }, 'dropout', 'Less than 1.'],
  [{ name: '__proto__' }, 'name', 'This word is reserved.'],
] as const)('%j is told at its field', (recipe, field, message) => {
  const { request, errors } = readLaunch(form(recipe), seedRecipe)
  expect(request).toBeNull()
  expect(errors[field]).toMatch(message)
  expect(Object.keys(errors)).toEqual([field])
})

test('choices that were not made', () => {
  const { errors } = readLaunch(form({}, { datasets: [], models: [], seeds: 'x' }), seedRecipe)
  expect(errors.datasets).toBe('Choose at least one dataset.')
  expect(errors.models).toBe('Choose at least one model.')
  expect(errors.seeds).toMatch(/is no seed/)
})

test("the server's fields find their place in the form", () => {
  expect(launchFieldOf('recipe.phases.0.batchSize')).toBe('batchSize')
  expect(launchFieldOf('phases.0.batchSize')).toBe('batchSize')
  expect(launchFieldOf('head.dense.0.units')).toBe('denseUnits')
  expect(launchFieldOf('datasets.0')).toBe('datasets')
  expect(launchFieldOf('elsewhere')).toBeUndefined()
})
