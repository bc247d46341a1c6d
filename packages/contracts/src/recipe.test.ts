import { expect, test } from 'vitest'
import { canonicalJson, recipeSchema } from './recipe.ts'
import { recipePresets, seedRecipe } from './recipe/presets.ts'

const withOptimizer = (optimizer: unknown) => recipeSchema.safeParse({ phases: [{ kind: 'feature-extraction', optimizer }] })

test('the seed recipe is the seed study: GAP, Dense 1024 relu, RMSprop 1e-3 rho 0.9, batch 32, 20 epochs', () => {
  const [phase] = seedRecipe.phases
  expect(phase).toMatchObject({ epochs: 20, batchSize: 32, optimizer: { name: 'RMSprop', learningRate: 0.001, rho: 0.9 } })
  expect(seedRecipe.head).toEqual({ pooling: 'average', dense: [{ units: 1024, activation: 'relu', dropout: 0 }] })
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 11, '0.1', null])('refuses the learning rate %s, at its field', (learningRate) => {
  const result = withOptimizer({ name: 'SGD', learningRate })
  expect(result.success).toBe(false)
  expect(result.error?.issues[0]?.path).toEqual(['phases', 0, 'optimizer', 'learningRate'])
})

test('takes Keras names with Keras defaults, and no others', () => {
  expect(withOptimizer({ name: 'Adam' }).data?.phases[0]?.optimizer).toEqual({ name: 'Adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 })
  expect(withOptimizer({ name: 'adam' }).success).toBe(false)
  expect(withOptimizer({ name: 'SGD', momentun: 0.9 }).success).toBe(false) // a misspelt option is not passed over
})

test('a recipe is refused without phases, with zero epochs, with a dropout of 1', () => {
  expect(recipeSchema.safeParse({ phases: [] }).success).toBe(false)
  expect(recipeSchema.safeParse({ phases: [{ kind: 'feature-extraction', epochs: 0 }] }).success).toBe(false)
  expect(recipeSchema.safeParse({ phases: [{ kind: 'feature-extraction' }], head: { dense: [{ units: 8, dropout: 1 }] } }).success).toBe(false)
})

test('canonical JSON does not depend on the order of keys and leaves undefined out', () => {
  expect(canonicalJson({ b: [1, { d: 'x', c: null }], a: undefined })).toBe('{"b":[1,{"c":null,"d":"x"}]}')
  for (const preset of recipePresets) {
    const shuffled = Object.fromEntries(Object.entries(preset).toReversed())
    expect(canonicalJson(shuffled)).toBe(canonicalJson(preset))
    expect(recipeSchema.parse(JSON.parse(canonicalJson(preset)))).toEqual(preset)
  }
})
