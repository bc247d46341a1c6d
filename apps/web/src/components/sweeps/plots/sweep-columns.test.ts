import type { SweepPoint, SweepPoints } from '@graft/contracts/sweep-results'
import { expect, test } from 'vitest'
import { sweepColumns } from './sweep-columns.ts'

const trial = (part: Partial<SweepPoint>): SweepPoint => ({ trialId: 't', configuration: 0, dataset: 'birds', model: 'vgg16', seed: 0, state: 'finished', values: [], objective: null, testAccuracy: null, seconds: null, epochs: 0, ...part })
const points = (trials: Partial<SweepPoint>[], part: Partial<SweepPoints> = {}): SweepPoints => ({ parameters: [], objective: { metric: 'validation/accuracy', goal: 'maximize' }, trials: trials.map(trial), ...part })

test('the best first, those without a value last', () => {
  const { quality, order, rank } = sweepColumns(points([{ objective: 0.5 }, { objective: null }, { objective: 0.9 }, { objective: 0.7 }]))
  expect([...rank]).toEqual([0, NaN, 1, 0.5])
  expect([...order]).toEqual([2, 3, 0, 1])
  expect([...quality]).toEqual([0, NaN, 1, expect.closeTo(0.5)])
})

test('of a loss the least is the best, and one that is astronomic does not squeeze the others', () => {
  const losses = [0.1, 0.2, 0.3, 0.4, 1e9].map((objective) => ({ objective }))
  const { quality, objective } = sweepColumns(points(losses, { objective: { metric: 'validation/loss', goal: 'minimize' } }))
  expect(quality[0]).toBe(1)
  expect(quality[4]).toBe(0)
  expect(objective.places[3]! - objective.places[0]!).toBeGreaterThan(0.2)
})

test('an absent conditional parameter has no place; datasets and models are axes where there are several', () => {
  const parameters = [{ name: 'head.dense.1.units', scale: 'logarithmic' as const, range: [16, 1024] as [number, number], values: null }]
  const { axes } = sweepColumns(points([{ values: [128], model: 'vgg16' }, { values: [null], model: 'xception' }], { parameters }))
  expect(axes.map(({ name }) => name)).toEqual(['model', 'head.dense.1.units'])
  expect([...axes[1]!.places]).toEqual([expect.closeTo(0.5), NaN])
})

test('trials that are equally good have one colour', () => {
  expect([...sweepColumns(points([{ objective: 0.5 }, { objective: 0.9 }, { objective: 0.9 }])).rank]).toEqual([0, 1, 1])
})
