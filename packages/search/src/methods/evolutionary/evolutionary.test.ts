import { createRandom } from '@graft/statistics/random'
import { expect, test } from 'vitest'
import { compileSpace } from '../../space/compiled-space.ts'
import { EvolutionState } from './evolution-state.ts'
import golden from './golden/cmaes-state.json' with { type: 'json' }

const cube = compileSpace({ parameters: Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { distribution: 'uniform' as const, min: 0, max: 1 }])) })
const nowhere = new Float64Array(4).fill(Number.NaN)

test('told the same generations, mean, step and deviations are those of the cmaes package', () => {
  const state = new EvolutionState(cube, nowhere, 1 / 6)
  expect(state.populationSize).toBe(golden.populationSize)
  for (const { ranked, mean, step, deviations } of golden.generations) {
    state.update(ranked.map((point) => Float64Array.from(point)), createRandom(0))
    mean.forEach((value, index) => expect(state.mean[index]).toBeCloseTo(value, 9))
    expect(state.step).toBeCloseTo(step, 9)
    deviations.forEach((value, index) => expect(state.deviation(index)).toBeCloseTo(value, 8))
  }
})

test('draws have the deviations that the state says', () => {
  const state = new EvolutionState(cube, nowhere, 0.05)
  for (const { ranked } of golden.generations.slice(0, 2)) state.update(ranked.map((point) => Float64Array.from(point)), createRandom(0))
  const random = createRandom(1)
  const draws = Array.from({ length: 5000 }, () => state.draw(random))
  for (let index = 0; index < 4; index += 1) {
    const spread = Math.sqrt(draws.reduce((sum, draw) => sum + (draw[index]! - state.mean[index]!) ** 2, 0) / draws.length)
    expect(spread / state.deviation(index)).toBeCloseTo(1, 1)
  }
})

test('a choice moves to the value of the better ones and keeps the others alive', () => {
  const space = compileSpace({ parameters: { c: { values: ['a', 'b', 'c'] }, x: { distribution: 'uniform', min: 0, max: 1 } } })
  const state = new EvolutionState(space, Float64Array.of(Number.NaN, Number.NaN), 0.2)
  const generation = Array.from({ length: state.populationSize }, (_, rank) => Float64Array.of(rank < state.populationSize / 2 ? 1 : 0, 0.5))
  for (let round = 0; round < 20; round += 1) state.update(generation, createRandom(round))
  const [a, b, c] = state.choices[0]!
  expect(b).toBeGreaterThan(0.85)
  expect(a).toBeGreaterThan(0.01)
  expect(c).toBeGreaterThan(0.01)
  expect(a! + b! + c!).toBeCloseTo(1, 12)
})
