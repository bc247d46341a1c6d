import { recipeSchema } from '@graft/contracts/recipe'
import { seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { applyConfiguration } from './apply-configuration.ts'

test('each parameter goes to its path; dataset and model are not the recipe’s; the base stays as it is', () => {
  const recipe = applyConfiguration(seedRecipe, { 'phases.0.optimizer.learningRate': 0.01, 'head.dense.0.units': 64, dataset: 'birds', model: 'vgg16' })
  expect(recipe).toEqual({ ...seedRecipe, phases: [{ ...seedRecipe.phases[0], optimizer: { ...seedRecipe.phases[0]!.optimizer, learningRate: 0.01 } }], head: { ...seedRecipe.head, dense: [{ ...seedRecipe.head.dense[0], units: 64 }] } })
  expect(seedRecipe.head.dense[0]!.units).toBe(1024)
  expect(applyConfiguration(seedRecipe, {})).toBe(seedRecipe)
})

test('another optimizer starts from its own defaults, whatever the order; its learning rate goes into it', () => {
  const { optimizer } = applyConfiguration(seedRecipe, { 'phases.0.optimizer.learningRate': 0.5, 'phases.0.optimizer.name': 'SGD' }).phases[0]!
  expect(optimizer).toEqual({ name: 'SGD', learningRate: 0.5, momentum: 0, nesterov: false })
  expect(applyConfiguration(seedRecipe, { 'phases.0.optimizer': { name: 'Adam' }, 'phases.0.optimizer.beta1': 0.8 }).phases[0]!.optimizer).toMatchObject({ name: 'Adam', beta1: 0.8, learningRate: 0.001 })
})

test('what is not there is made, null takes away', () => {
  expect(applyConfiguration(seedRecipe, { 'augmentation.rotation': 10 }).augmentation).toMatchObject({ rotation: 10, views: 4 })
  expect(applyConfiguration(seedRecipe, { 'head.dense.1': { units: 8 } }).head.dense).toHaveLength(2)
  expect(applyConfiguration(seedRecipe, { 'head.dense.0': null }).head.dense).toEqual([])
  const scheduled = recipeSchema.parse({ ...seedRecipe, phases: [{ ...seedRecipe.phases[0], schedule: { kind: 'cosine' } }] })
  expect(applyConfiguration(scheduled, { 'phases.0.schedule': null }).phases[0]!.schedule).toBeUndefined()
})

test.each([
  [{ 'phases.0.optimizer.learningRate': -1, 'phases.0.epochs': 3 }, 'search.space.parameters.phases.0.optimizer.learningRate', 'phases.0.optimizer.learningRate = -1: Must be greater than 0.'],
  [{ 'phases.0.optimiser': 1 }, 'search.space.parameters.phases.0.optimiser', 'There is no optimiser here'],
  [{ 'head.dense.3.units': 8 }, 'search.space.parameters.head.dense.3.units', 'the list has 1 entry'],
  [{ 'head.dense.x.units': 8 }, 'search.space.parameters.head.dense.x.units', '“x” is no place in a list'],
  [{ 'phases.0.optimizer.name': 'SGD', 'phases.0.optimizer.rho': 0.5 }, 'search.space.parameters.phases.0.optimizer.rho', 'There is no rho here'],
  [{ name: 'x' }, 'search.space.parameters.name', 'nothing to search'],
])('%j is refused at %s', (configuration, field, words) => {
  expect(() => applyConfiguration(seedRecipe, configuration)).toThrow(expect.objectContaining({ code: 'invalid_input', field, message: expect.stringContaining(words) }))
})
