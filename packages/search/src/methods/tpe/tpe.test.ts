import { createRandom } from '@graft/statistics/random'
import { describe, expect, test } from 'vitest'
import { compileSpace, type Point } from '../../space/compiled-space.ts'
import type { Observation } from '../observations.ts'
import golden from './golden/optuna-density.json' with { type: 'json' }
import { splitObservations } from './good-and-bad.ts'
import { ParzenEstimator } from './parzen-estimator.ts'
import { weightsOf } from './tpe.ts'

test.each(Object.entries(golden))("after %s observations the density is that of Optuna's estimator", (_, { points, queries, logDensities }) => {
  const space = compileSpace({ parameters: { x: { distribution: 'uniform', min: -5, max: 10 }, n: { distribution: 'int_uniform', min: 1, max: 200 }, c: { values: ['a', 'b', 'c'] } } })
  const placed = ([x, n, c]: number[]): Point => space.encode({ x: x!, n: n!, c: ['a', 'b', 'c'][c!]! })!
  const estimator = new ParzenEstimator(space, points.map(placed), weightsOf(points.length))
  // Ours is per unit of the unit interval, Optuna's per unit of x.
  queries.forEach((query, index) => expect(estimator.logDensity(placed(query)) - Math.log(15)).toBeCloseTo(logDensities[index]!, 7))
})

describe('a conditional space', () => {
  const space = compileSpace({
    parameters: {
      head: { values: ['none', 'dense'], probabilities: [0.3, 0.7] },
      dropout: { distribution: 'q_uniform', min: 0, max: 0.5, q: 0.1, when: { parameter: 'head', in: ['dense'] } },
      rate: { distribution: 'log_uniform_values', min: 1e-4, max: 1 },
    },
  })
  const random = createRandom(6)
  const points = Array.from({ length: 12 }, () => space.encode(space.sample(random))!)
  const estimator = new ParzenEstimator(space, points, weightsOf(points.length))

  test('the density sums to 1 over all that there is', () => {
    let total = 0
    const cells = 2000
    for (let cell = 0; cell < cells; cell += 1) {
      const rate = (cell + 0.5) / cells
      total += Math.exp(estimator.logDensity(Float64Array.of(0, Number.NaN, rate))) / cells
      for (let level = 0; level < 6; level += 1) total += Math.exp(estimator.logDensity(Float64Array.of(1, (level + 0.5) / 6, rate))) / cells
    }
    expect(total).toBeCloseTo(1, 4)
  })

  test('draws follow the density, and have dropout only beside a dense head', () => {
    const draws = Array.from({ length: 4000 }, () => estimator.sample(random))
    expect(draws.every(([head, dropout]) => Number.isNaN(dropout!) === (head === 0))).toBe(true)
    const cells = 2000
    let none = 0
    let low = 0
    for (let cell = 0; cell < cells; cell += 1) {
      const rate = (cell + 0.5) / cells
      const at = (head: number, dropout: number): number => Math.exp(estimator.logDensity(Float64Array.of(head, dropout, rate))) / cells
      const both = at(0, Number.NaN) + [0, 1, 2, 3, 4, 5].reduce((sum, level) => sum + at(1, (level + 0.5) / 6), 0)
      none += at(0, Number.NaN)
      if (rate < 0.3) low += both
    }
    expect(draws.filter(([head]) => head === 0).length / draws.length).toBeCloseTo(none, 1)
    expect(draws.filter(([, , rate]) => rate! < 0.3).length / draws.length).toBeCloseTo(low, 1)
  })
})

test('good and bad: pruned after finished, those that got further first; running and diverged ones are bad', () => {
  const observation = (state: Observation['state'], loss: number | null, epochs = 1): Observation => ({ point: new Float64Array(1), state, loss, epochs })
  const all = [observation('pruned', 0.1, 2), observation('finished', 0.5), observation('running', null), observation('pruned', 0.3, 4), observation('diverged', Number.POSITIVE_INFINITY), observation('finished', 0.4), observation('running', 0.01)]
  const ranks = (count: number): number[] => splitObservations(all, count).good.map((each) => all.indexOf(each))
  expect(ranks(1)).toEqual([5])
  expect(ranks(2)).toEqual([1, 5])
  expect(ranks(3)).toEqual([1, 3, 5])
  expect(ranks(9)).toEqual([0, 1, 3, 5])
  expect(splitObservations(all, 2).bad).toHaveLength(5)
})
