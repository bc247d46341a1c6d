import { recipePresets, seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { draftOf, withValue } from '../recipe/draft.ts'
import { readLaunch, refusedField, type LaunchForm } from './launch-request.ts'

const form = (part: Partial<LaunchForm> = {}): LaunchForm => ({ name: '', datasets: ['birds'], models: ['mobilenet-v2'], seeds: '0-2', recipe: draftOf(seedRecipe), search: null, priority: 0, ...part })
const none = { recipe: {}, search: {} }
const rate = { distribution: 'log_uniform_values', min: 1e-4, max: 1e-1 }

test('every preset launches as it is', () => {
  for (const preset of recipePresets) expect(readLaunch(form({ recipe: draftOf(preset) }), recipePresets)).toEqual({ request: { datasets: ['birds'], models: ['mobilenet-v2'], seeds: [0, 1, 2], recipe: preset, priority: 0 }, recipe: preset, errors: none })
})

test('what is wrong is told where it is', () => {
  const { request, errors, recipe } = readLaunch(form({ datasets: [], models: [], seeds: 'x', recipe: withValue(draftOf(seedRecipe), 'phases.0.batchSize', 5000) }), recipePresets)
  expect({ request, recipe }).toEqual({ request: null, recipe: null })
  expect(errors).toEqual({ datasets: 'Choose at least one dataset.', models: 'Choose at least one model.', seeds: expect.stringMatching(/is no seed/) as string, recipe: { 'phases.0.batchSize': 'At most 1024.' }, search: {} })
})

test('a name goes along, without spaces around it; what is none is told', () => {
  expect(readLaunch(form({ name: ' heads ' }), recipePresets).request).toMatchObject({ name: 'heads' })
  expect(readLaunch(form({ name: 'a/b' }), recipePresets)).toMatchObject({ request: null, errors: { name: expect.stringMatching(/slashes/) as string } })
})

test('a search goes along; what it chooses itself is not asked for besides', () => {
  const search = { method: 'random', budget: { trials: 20 }, space: { parameters: { model: { values: ['vgg16', 'xception'] }, 'phases.0.optimizer.learningRate': rate } } }
  const { request, errors } = readLaunch(form({ models: ['mobilenet-v2'], search, priority: 50 }), recipePresets)
  expect(errors).toEqual(none)
  expect(request).toMatchObject({ datasets: ['birds'], models: [], priority: 50, search: { method: 'random', budget: { trials: 20 }, seed: 0 } })
})

test('a search that is not right yet is no request, and does not ask for a model that it chooses', () => {
  const search = { space: { parameters: { model: { values: ['vgg16'] }, 'phases.0.optimizer.learningRate': { ...rate, max: 1e-9 } }, constraints: ['rate < 1'] } }
  const { request, errors } = readLaunch(form({ search }), recipePresets)
  expect(request).toBeNull()
  expect(errors.models).toBeUndefined()
  expect(errors.search).toEqual({ 'space.parameters.phases.0.optimizer.learningRate': expect.stringContaining('above the largest') as string, 'space.constraints.0': expect.stringContaining('no parameter') as string })
})

const refusal = (field?: string) => ({ report: { code: 'invalid_input', message: 'Too large.', hint: 'Choose 18 or less.', ...(field === undefined ? {} : { field }) } })

test.each([
  ['recipe.phases.0.batchSize', { recipe: { 'phases.0.batchSize': 'Too large. Choose 18 or less.' }, search: {} }],
  ['phases.1.unfreeze.block', { recipe: { 'phases.1.unfreeze.block': 'Too large. Choose 18 or less.' }, search: {} }],
  ['search.budget.trials', { recipe: {}, search: { 'budget.trials': 'Too large. Choose 18 or less.' } }],
  ['name', { name: 'Too large. Choose 18 or less.', ...none }],
  ['datasets.0', { datasets: 'Too large. Choose 18 or less.', ...none }],
  ['elsewhere', null],
  [undefined, null],
])('the server names the field %s', (field, errors) => expect(refusedField(refusal(field))).toEqual(errors))
