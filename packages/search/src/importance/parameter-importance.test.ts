import type { SearchSpace } from '@graft/contracts/search-space'
import { createRandom } from '@graft/statistics/random'
import { describe, expect, test } from 'vitest'
import { compileSpace } from '../space/compiled-space.ts'
import { explainedShares } from './functional-variance.ts'
import golden from './golden/optuna-fanova.json' with { type: 'json' }
import { parameterImportance } from './parameter-importance.ts'
import { growForest } from './regression-forest.ts'

type Trials = (number | string)[][]

function studyOf(name: keyof typeof golden.functions): { space: SearchSpace; history: Parameters<typeof parameterImportance>[1]; expected: Record<string, number> } {
  const { parameters, trials, importance } = golden.functions[name] as { parameters: Record<string, { values?: string[]; min?: number; max?: number }>; trials: Trials; importance: Record<string, number> }
  const space: SearchSpace = { parameters: Object.fromEntries(Object.entries(parameters).map(([key, { values, min, max }]) => [key, values === undefined ? { distribution: 'uniform' as const, min: min!, max: max! } : { values }])) }
  const history = trials.map((row) => ({ configuration: Object.fromEntries(Object.keys(parameters).map((key, index) => [key, row[index]!])), state: 'finished' as const, value: row.at(-1) as number }))
  return { space, history, expected: importance }
}

// Optuna spreads a choice over the corners and the inside of a cube, we over its values: shares of choices are a little apart.
describe('beside Optuna on the same trials: no share differs by more than 0.03, 0.05 with choices', () => {
  test.each(Object.keys(golden.functions) as (keyof typeof golden.functions)[])('%s', async (name) => {
    const { space, history, expected } = studyOf(name)
    const found = await parameterImportance(space, history)
    expect(found).toHaveLength(Object.keys(expected).length)
    for (const { name: parameter, importance } of found) expect(Math.abs(importance - expected[parameter]!), `${parameter}: ${importance}, Optuna ${expected[parameter]}`).toBeLessThan(name === 'choices' ? 0.05 : 0.03)
  })
})

test('closed form: 3 x + 2 y + z over the unit cube has 9, 4 and 1 parts of 14', async () => {
  const { space, history } = studyOf('linear')
  const found = Object.fromEntries((await parameterImportance(space, history)).map(({ name, importance }) => [name, importance]))
  expect(found.x0).toBeCloseTo(9 / 14, 1)
  expect(found.x1).toBeCloseTo(4 / 14, 1)
  expect(found.x2).toBeCloseTo(1 / 14, 1)
})

test('closed form with choices: closer to it than 0.03', async () => {
  const { space, history } = studyOf('choices')
  const found = Object.fromEntries((await parameterImportance(space, history)).map(({ name, importance }) => [name, importance]))
  // Variances of {0.5, 0.1, 0.2, 0.1}, of {0, 0.1}, and of 0.3 sin(6 x) with x uniform from 0 to 0.5.
  const variances = { optimizer: 0.026875, pooling: 0.0025, dropout: 0.09 * (0.5 - Math.sin(6) / 12 - ((1 - Math.cos(3)) / 3) ** 2) }
  const total = variances.optimizer + variances.pooling + variances.dropout
  for (const [name, variance] of Object.entries(variances)) expect(Math.abs(found[name]! - variance / total)).toBeLessThan(0.03)
})

test('the variance from the leaves is that of the tree evaluated on a fine grid', () => {
  const space = compileSpace({ parameters: { x: { distribution: 'uniform', min: 0, max: 1 }, c: { values: ['a', 'b', 'c'], probabilities: [0.5, 0.25, 0.25] } } })
  const random = createRandom(3)
  const points = Array.from({ length: 60 }, () => space.fromCube([random.next(), random.next()]))
  const [tree] = growForest(space, points, points.map(([x, c]) => Math.sin(5 * x!) + c! * x!), 1, random)
  const at = (x: number, c: number): number => tree!.find(({ sides: [sideX, sideC] }) => (sideX === null || ('low' in sideX! && x >= sideX.low && x < sideX.high)) && (sideC === null || ('levels' in sideC! && sideC.levels.includes(c))))!.value
  const grid = Array.from({ length: 4000 }, (_, index) => (index + 0.5) / 4000)
  const weights = [0.5, 0.25, 0.25]
  const overC = grid.map((x) => weights.reduce((sum, weight, c) => sum + weight * at(x, c), 0))
  const overX = weights.map((_, c) => grid.reduce((sum, x) => sum + at(x, c), 0) / grid.length)
  const mean = overC.reduce((sum, value) => sum + value, 0) / grid.length
  const total = grid.reduce((sum, x) => sum + weights.reduce((inner, weight, c) => inner + weight * (at(x, c) - mean) ** 2, 0), 0) / grid.length
  const [shareX, shareC] = explainedShares(space, tree!)!
  expect(shareX).toBeCloseTo(overC.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grid.length / total, 2)
  expect(shareC).toBeCloseTo(weights.reduce((sum, weight, c) => sum + weight * (overX[c]! - mean) ** 2, 0) / total, 2)
})

test('an absent parameter leaves the difference to the one that it hangs on; unfinished trials do not count', async () => {
  const space: SearchSpace = { parameters: { head: { values: ['none', 'dense'] }, units: { distribution: 'uniform', min: 0, max: 1, when: { parameter: 'head', in: ['dense'] } } } }
  const random = createRandom(5)
  const compiled = compileSpace(space)
  const history = Array.from({ length: 200 }, () => {
    const configuration = compiled.sample(random)
    return { configuration, state: 'finished' as const, value: configuration.head === 'dense' ? 1 + 0.1 * (configuration.units as number) : 0 }
  })
  const [first, second] = await parameterImportance(space, [...history, { configuration: { head: 'none' }, state: 'pruned', value: 1e6 }])
  expect(first).toMatchObject({ name: 'head' })
  expect(first!.importance).toBeGreaterThan(0.95)
  expect(second!.importance).toBeLessThan(0.05)
})

test('too little to tell, nothing to tell, and a signal', async () => {
  const { space, history } = studyOf('linear')
  expect(await parameterImportance(space, history.slice(0, 1))).toEqual([])
  expect(await parameterImportance(space, history.map((trial) => ({ ...trial, value: 1 })))).toEqual(['x0', 'x1', 'x2'].map((name) => ({ name, importance: 0, deviation: 0 })))
  await expect(parameterImportance(space, history, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
})
