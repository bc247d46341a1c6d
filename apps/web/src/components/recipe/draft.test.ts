import { recipeSchema } from '@graft/contracts/recipe'
import { recipePresets, seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { draftOf, readDraft, valueAt, withValue } from './draft.ts'

test('every preset is a draft and comes back as it was, by its name', () => {
  for (const preset of recipePresets) expect(readDraft(draftOf(preset), recipePresets)).toEqual({ recipe: preset, errors: {} })
})

test('values stand at dotted paths, in lists too', () => {
  const draft = draftOf(seedRecipe)
  expect(valueAt(draft, 'phases.0.optimizer.rho')).toBe(0.9)
  expect(valueAt(draft, 'phases.7.epochs')).toBeUndefined()
  expect(valueAt(draft, 'constructor')).toBeUndefined()
  const changed = withValue(draft, 'phases.0.epochs', 7)
  expect(valueAt(changed, 'phases.0.epochs')).toBe(7)
  expect(valueAt(draft, 'phases.0.epochs')).toBe(20)
  expect(Object.keys(changed)).toEqual(Object.keys(draft))
})

test('a value that is taken away is absent; a group that is missing is made', () => {
  const draft = withValue(draftOf(seedRecipe), 'loss.labelSmoothing', 0.1)
  expect(draft.loss).toEqual({ labelSmoothing: 0.1 })
  expect(withValue(draft, 'loss', undefined)).not.toHaveProperty('loss')
})

test('a changed recipe is named by what it does, unless it is given a name', () => {
  const changed = withValue(draftOf(seedRecipe), 'phases.0.epochs', 5)
  expect(readDraft(changed, recipePresets).recipe?.name).toBe('RMSprop 0.001, dense 1024, 5 epochs, batch 32')
  expect(readDraft(withValue(changed, 'name', ' mine '), recipePresets).recipe?.name).toBe('mine')
  expect(readDraft(withValue(changed, 'name', '  '), recipePresets).recipe?.name).toMatch(/^RMSprop/)
})

test('what a preset leaves open may be written down: it is that preset', () => {
  expect(readDraft({ phases: [{ kind: 'feature-extraction' }] }, recipePresets).recipe).toEqual(seedRecipe)
})

test.each([
  ['phases.0.epochs', 0, 'At least 1.'],
  ['phases.0.epochs', 1.5, 'A whole number is needed.'],
  ['phases.0.epochs', 'ten', 'A number is needed.'],
  ['phases.0.batchSize', 5000, 'At most 1024.'],
  ['phases.0.optimizer.learningRate', 0, 'Must be greater than 0.'],
  ['phases.0.optimizer.learningRate', Number.POSITIVE_INFINITY, /number/],
  ['head.dense.0.dropout', 1, 'Less than 1.'],
  ['name', '__proto__', 'This word is reserved.'],
])('%s = %s is told at its field', (path, value, message) => {
  const { recipe, errors } = readDraft(withValue(draftOf(seedRecipe), path, value), recipePresets)
  expect(recipe).toBeNull()
  expect(Object.keys(errors)).toEqual([path])
  expect(errors[path]).toMatch(message)
})

test('where one of several forms is meant, the error is at the field of that form', () => {
  const draft = draftOf(recipeSchema.parse({ phases: [{ kind: 'fine-tuning' }] }))
  expect(readDraft(withValue(draft, 'phases.0.unfreeze', { block: '' }), []).errors).toEqual({ 'phases.0.unfreeze.block': 'At least 1 character.' })
  expect(readDraft(withValue(draft, 'phases.0.unfreeze', { index: 'x' }), []).errors).toEqual({ 'phases.0.unfreeze.index': 'A number is needed.' })
  expect(readDraft(withValue(draft, 'network', [{ kind: 'convolution', filters: 8, kernel: 0 }]), []).errors).toEqual({ 'network.0.kernel': 'At least 1.' })
  expect(readDraft(withValue(draft, 'phases.0.optimizer', { name: 'SGD', clipNorm: 1, clipValue: 1 }), []).errors).toEqual({ 'phases.0.optimizer': expect.stringMatching(/^Choose one of/) as string })
})
