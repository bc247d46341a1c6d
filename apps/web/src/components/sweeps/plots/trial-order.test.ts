import type { SweepPoint } from '@graft/contracts/sweep-results'
import { expect, test } from 'vitest'
import { sweepColumns } from './sweep-columns.ts'
import { sortTrials } from './trial-order.ts'

const trial = (rate: number | null, objective: number | null, dataset: string): SweepPoint => ({ trialId: 't', configuration: 0, dataset, model: 'vgg16', seed: 0, state: 'finished', values: [rate], objective, testAccuracy: null, seconds: null, epochs: 1 })
const columns = sweepColumns({
  parameters: [{ name: 'rate', scale: 'linear', range: [0, 1], values: null }],
  objective: { metric: 'validation/loss', goal: 'minimize' },
  trials: [trial(0.2, 3, 'b'), trial(null, null, 'a'), trial(0.1, 1e9, 'c'), trial(0.3, 2, 'a')],
})

test.each([
  ['objective', false, [3, 0, 2, 1]],
  ['objective', true, [2, 0, 3, 1]],
  ['rate', false, [2, 0, 3, 1]],
  ['rate', true, [3, 0, 2, 1]],
  ['dataset', false, [1, 3, 0, 2]],
])('by %s, descending %s: those without a value last', (by, descending, order) => expect(sortTrials(columns, [0, 1, 2, 3], { by, descending })).toEqual(order))
