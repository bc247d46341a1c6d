import { recipeSchema, type Recipe } from '@graft/contracts/recipe'
import { seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { findModel } from '../weights/catalog.ts'
import { planTrial, type PlanTrialOptions } from './plan-trial.ts'

const images = { train: 400, validation: 50, test: 50 }
const plan = (model: string, recipe: Recipe, more: Partial<PlanTrialOptions> = {}) => planTrial({ model: findModel(model).model, weights: null, recipe, images, classes: 10, memoryBudget: 16e9, ...more })
const fineTuning = (unfreeze: unknown, batchSize = 32): Recipe => recipeSchema.parse({ phases: [{ kind: 'feature-extraction' }, { kind: 'fine-tuning', unfreeze, batchSize }] })

test('a head on cached features: memory goes up with images and views, by the features’ size', () => {
  const one = plan('mobilenet-v2', seedRecipe)
  expect(one.words).toEqual([expect.stringMatching(/^The trunk is frozen: its [\d,]+ features of 500 images .* that takes about \d+ MB of memory\.$/)])
  const dimension = Number(/its ([\d,]+) features/.exec(one.words[0]!)![1]!.replace(',', ''))
  const more = plan('mobilenet-v2', seedRecipe, { images: { ...images, train: 10_400 } })
  expect(more.memoryBytes - one.memoryBytes).toBe(2 * 4 * dimension * 10_000)
  const views = plan('mobilenet-v2', { ...seedRecipe, augmentation: recipeSchema.parse({ ...seedRecipe, augmentation: { rotation: 10, views: 3 } }).augmentation })
  expect(views.memoryBytes - one.memoryBytes).toBe(2 * 4 * dimension * 400 * 2)
})

test('fine-tuning: what the planner of the engine says, with the largest phase’s memory', () => {
  const all = plan('vgg16', fineTuning('all'))
  expect(all.words).toHaveLength(2)
  expect(all.words[1]).toMatch(/All layers are unfrozen: 13 layers .* of memory, of 16\.0 GB that may be used\./)
  const last = plan('vgg16', fineTuning({ block: 'block5' }))
  expect(last.words[1]).toMatch(/From block5_conv1 .* computed once and cached/)
  expect(last.memoryBytes).toBeLessThan(all.memoryBytes)
  expect(plan('vgg16', fineTuning('all', 16)).memoryBytes).toBeLessThan(all.memoryBytes)
})

test('with less memory the batch goes in parts; where not even one image fits it is refused', () => {
  expect(plan('vgg16', fineTuning('all'), { memoryBudget: 4e9 }).words[1]).toMatch(/A batch of 32 is computed in \d+ parts of \d+/)
  expect(() => plan('vgg16', fineTuning('all'), { memoryBudget: 0.5e9 })).toThrow(expect.objectContaining({ code: 'too_large' }))
  expect(() => plan('vgg16', fineTuning({ block: 'block9' }))).toThrow(expect.objectContaining({ code: 'not_found', field: 'phases.1.unfreeze.block' }))
})

test('from scratch: pixels, weights and a batch', () => {
  const { memoryBytes, words } = plan('three-layer-convnet', seedRecipe)
  expect(words).toEqual([expect.stringMatching(/million parameters are trained from scratch on the pixels, 32 images at once/)])
  expect(plan('three-layer-convnet', seedRecipe, { images: { ...images, train: 1400 } }).memoryBytes - memoryBytes).toBe(1000 * 3 * 150 * 150)
})
