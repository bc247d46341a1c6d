import { recipePresets, seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { flatFields, recipeFields } from './recipe-fields.ts'

const fields = flatFields(recipeFields(seedRecipe))
const field = (path: string) => fields.find((one) => one.path === path)

test('numbers with their limits and what the recipe has', () => {
  expect(field('phases.0.batchSize')).toMatchObject({ kind: 'integer', minimum: 1, maximum: 1024, current: 32, label: 'batch size' })
  expect(field('phases.0.optimizer.learningRate')).toMatchObject({ kind: 'number', current: 0.001 })
  expect(field('head.dense.0.units')).toMatchObject({ kind: 'integer', current: 1024 })
})

test('the kinds of a group are a choice, and an option says which kinds have it', () => {
  expect(field('phases.0.optimizer.name')).toMatchObject({ kind: 'choice', choices: ['SGD', 'RMSprop', 'Adagrad', 'Adadelta', 'Adam', 'AdamW', 'Adamax', 'Nadam'], current: 'RMSprop' })
  expect(field('phases.0.optimizer.momentum')).toMatchObject({ of: ['SGD', 'RMSprop'] })
  expect(field('phases.0.optimizer.learningRate')!.of).toBeUndefined()
  expect(field('phases.0.schedule.warmUp')).toMatchObject({ of: ['cosine'] })
})

test('one more dense layer than there is; no phase that is not there; no name; a phase keeps its kind', () => {
  expect(field('head.dense.1.units')).toBeDefined()
  expect(field('head.dense.2.units')).toBeUndefined()
  expect(fields.some(({ path }) => path.startsWith('phases.1') || path === 'name' || path === 'phases.0.kind')).toBe(false)
})

test('whole groups are fields too, and what is on or absent is a choice of two', () => {
  expect(field('phases.0.optimizer')).toMatchObject({ kind: 'whole', current: { name: 'RMSprop' } })
  expect(field('head.dense.0.batchNormalization')).toMatchObject({ choices: [null, true] })
  expect(field('augmentation.rotation')).toMatchObject({ kind: 'number' })
})

test('each preset has a tree, with each path once', () => {
  for (const preset of recipePresets) {
    const paths = flatFields(recipeFields(preset)).map(({ path }) => path)
    expect(paths.length).toBeGreaterThan(30)
    expect(new Set(paths).size).toBe(paths.length)
  }
})
