import type { Leaderboard, LeaderboardCell } from '@graft/contracts/leaderboard'
import { expect, test } from 'vitest'
import { indexLeaderboard, usualRecipe } from './leaderboard-index.ts'

const cell = (dataset: string, model: string, recipeHash: string, accuracy: number | null): LeaderboardCell => ({
  dataset, model, recipeHash, accuracy, recipe: recipeHash, datasetVersion: 'v', seeds: [], trials: [], interval: null, images: 10, seconds: null, queued: 0, running: 0, failed: 0, failedTrials: [], tiedWithBest: false,
})
const model = (id: string, available = true) => ({ id, name: id, available, reason: available ? null : 'No weights.', trainedOn: null })
const board: Leaderboard = {
  datasets: [{ name: 'birds', version: 'v', classes: 10, images: 98, testImages: 29 }],
  models: [model('vgg16', false), model('xception'), model('convnet'), model('mobilenet')],
  recipes: [{ name: 'seed', hash: 'seed' }, { name: 'probe', hash: 'probe' }],
  cells: [cell('birds', 'mobilenet', 'seed', 0.84), cell('birds', 'convnet', 'seed', 0.3), cell('birds', 'convnet', 'probe', 0.99), cell('birds', 'xception', 'probe', null)],
}

test('a recipe shows its own cells only', () => {
  const seed = indexLeaderboard(board, 'seed')
  expect(seed.cell('birds', 'convnet')?.accuracy).toBe(0.3)
  expect(seed.cell('birds', 'xception')).toBeUndefined()
  expect(seed.best('birds')).toBe('mobilenet')
  expect(indexLeaderboard(board, 'probe').best('birds')).toBe('convnet')
  expect(seed.best('__proto__')).toBeUndefined()
})

test('models with results stand first, unavailable ones last; a dataset ranks its own', () => {
  const seed = indexLeaderboard(board, 'seed')
  expect(seed.models.map(({ id }) => id)).toEqual(['convnet', 'mobilenet', 'xception', 'vgg16'])
  expect(seed.ranked('birds').map(({ id }) => id)).toEqual(['mobilenet', 'convnet', 'xception', 'vgg16'])
})

test('the recipe with the most results is shown at first; the earliest of equals, and without any', () => {
  const recipes = [{ name: 'a', hash: 'a' }, { name: 'b', hash: 'b' }]
  expect(usualRecipe({ ...board, recipes, cells: [cell('birds', 'x', 'a', null), cell('birds', 'y', 'a', 0.5), cell('birds', 'x', 'b', 0.5), cell('birds', 'y', 'b', 0.5)] })?.hash).toBe('b')
  expect(usualRecipe({ ...board, recipes, cells: [] })?.hash).toBe('a')
  expect(usualRecipe({ ...board, recipes: [], cells: [] })).toBeUndefined()
})
