import { recipePresets, seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { draftOf, withValue } from '../recipe/draft.ts'
import { readLaunch, refusedField, type LaunchForm } from './launch-request.ts'

const form = (part: Partial<LaunchForm> = {}): LaunchForm => ({ datasets: ['birds'], models: ['mobilenet-v2'], seeds: '0-2', recipe: draftOf(seedRecipe), ...part })

test('every preset launches as it is', () => {
  for (const preset of recipePresets) expect(readLaunch(form({ recipe: draftOf(preset) }), recipePresets)).toEqual({ request: { datasets: ['birds'], models: ['mobilenet-v2'], seeds: [0, 1, 2], recipe: preset }, recipe: preset, errors: { recipe: {} } })
})

test('what is wrong is told where it is', () => {
  const { request, errors, recipe } = readLaunch(form({ datasets: [], models: [], seeds: 'x', recipe: withValue(draftOf(seedRecipe), 'phases.0.batchSize', 5000) }), recipePresets)
  expect({ request, recipe }).toEqual({ request: null, recipe: null })
  expect(errors).toEqual({ datasets: 'Choose at least one dataset.', models: 'Choose at least one model.', seeds: expect.stringMatching(/is no seed/) as string, recipe: { 'phases.0.batchSize': 'At most 1024.' } })
})

const refusal = (field?: string) => ({ report: { code: 'invalid_input', message: 'Too large.', hint: 'Choose 18 or less.', ...(field === undefined ? {} : { field }) } })

test.each([
  ['recipe.phases.0.batchSize', { recipe: { 'phases.0.batchSize': 'Too large. Choose 18 or less.' } }],
  ['phases.1.unfreeze.block', { recipe: { 'phases.1.unfreeze.block': 'Too large. Choose 18 or less.' } }],
  ['datasets.0', { datasets: 'Too large. Choose 18 or less.', recipe: {} }],
  ['elsewhere', null],
  [undefined, null],
])('the server names the field %s', (field, errors) => expect(refusedField(refusal(field))).toEqual(errors))
