import { seedRecipe } from '@graft/contracts/recipe/presets'
import { parameterSchema } from '@graft/contracts/search-space'
import { expect, test } from 'vitest'
import { flatFields, recipeFields } from './recipe-fields.ts'
import { kindOf, parameterErrors, parameterFor, parameterKinds, parametersOf, readSearch, readValues, showValues, withKind, withParameter, type ParameterKind } from './search-draft.ts'

const rate = { distribution: 'log_uniform_values', min: 1e-4, max: 1e-1 }
const draft = { method: 'tpe', space: { parameters: { 'phases.0.optimizer.name': { values: ['SGD', 'Adam'] }, 'phases.0.optimizer.momentum': { distribution: 'uniform', min: 0, max: 0.9, when: { parameter: 'phases.0.optimizer.name', in: ['SGD'] } } } } }

test('a draft that is right is a search, with its defaults', () => {
  expect(readSearch(draft).search).toMatchObject({ method: 'tpe', seed: 0, objective: { metric: 'validation/accuracy', goal: 'maximize' } })
})

test('what is wrong with a parameter is found at it, though its name has dots', () => {
  const { search, errors } = readSearch(withParameter(draft, 'phases.0.optimizer.learningRate', { ...rate, min: 0 }))
  expect(search).toBeNull()
  expect(parameterErrors(errors, 'phases.0.optimizer.learningRate')).toEqual({ '': 'A logarithmic distribution needs a smallest value above 0.' })
  expect(readSearch({ space: { parameters: {} } }).errors).toEqual({ space: 'Add at least one parameter.' })
})

test('taking a parameter away takes the conditions that hang on it', () => {
  expect(parametersOf(withParameter(draft, 'phases.0.optimizer.name', null))).toEqual({ 'phases.0.optimizer.momentum': { distribution: 'uniform', min: 0, max: 0.9 } })
})

test('values as people type them', () => {
  expect(readValues('16, 32, 64')).toEqual([16, 32, 64])
  expect(readValues('SGD, Adam')).toEqual(['SGD', 'Adam'])
  expect(readValues('SGD, {"name": "Adam", "learningRate": 0.1}, null')).toEqual(['SGD', { name: 'Adam', learningRate: 0.1 }, null])
  expect(readValues('[1, 2]')).toEqual([1, 2])
  expect(readValues('[[1], [2, 3]]')).toEqual([[1], [2, 3]])
  for (const values of [[1, 'a', null], ['true', true], [{ units: 64 }], ['a, b']]) expect(readValues(showValues(values))).toEqual(values)
})

test('another kind keeps the ends and the condition', () => {
  const when = { parameter: 'model', in: ['vgg16'] }
  expect(withKind({ values: [16, 32, 64], when }, 'int_uniform')).toEqual({ distribution: 'int_uniform', min: 16, max: 64, when })
  // Two deviations to each end of what it was; and back.
  const normal = withKind({ ...rate, when }, 'log_normal')
  expect(normal).toEqual({ distribution: 'log_normal', mu: (Math.log(1e-4) + Math.log(1e-1)) / 2, sigma: Math.log(1000) / 4, min: 1e-4, max: 1e-1, when })
  expect([kindOf(normal), parameterSchema.safeParse(normal).success]).toEqual(['log_normal', true])
  expect(withKind(normal, 'q_log_normal')).toEqual({ ...normal, distribution: 'q_log_normal', q: 1 })
  expect(withKind(normal, 'log_uniform_values')).toEqual({ ...rate, when })
  expect(parameterSchema.safeParse(withKind({ value: 3 }, 'normal')).success).toBe(true)
  expect(withKind({ ...rate, when }, 'q_uniform')).toEqual({ distribution: 'q_uniform', min: 1e-4, max: 1e-1, q: 1, when })
  for (const kind of Object.keys(parameterKinds) as ParameterKind[]) expect(kindOf(withKind(rate, kind))).toBe(kind)
})

test('each field of a recipe has a start that the space takes', () => {
  for (const field of flatFields(recipeFields(seedRecipe))) expect(parameterSchema.safeParse(parameterFor(field)).success, field.path).toBe(true)
  expect(parameterFor(flatFields(recipeFields(seedRecipe)).find(({ path }) => path === 'phases.0.optimizer.learningRate')!)).toEqual({ distribution: 'log_uniform_values', min: 0.0001, max: 0.01 })
})
