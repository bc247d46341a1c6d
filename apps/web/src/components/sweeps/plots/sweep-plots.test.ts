import type { SweepPoint } from '@graft/contracts/sweep-results'
import { expect, test } from 'vitest'
import { brushedTrials, noBrushes, stretchText, withBrush } from './brushes.ts'
import { curveSet, valueAtStep } from './curve-set.ts'
import { nearestLine } from './nearest-line.ts'
import { allAxes } from './paint-parallel.ts'
import { parallelLayout } from './parallel-layout.ts'
import { paretoTrials } from './pareto-trials.ts'
import { sweepColumns } from './sweep-columns.ts'

const trial = (values: SweepPoint['values'], objective: number | null, seconds: number | null): SweepPoint => ({ trialId: 't', configuration: 0, dataset: 'birds', model: 'vgg16', seed: 0, state: 'finished', values, objective, testAccuracy: null, seconds, epochs: 1 })
const columns = sweepColumns({
  parameters: [
    { name: 'rate', scale: 'logarithmic', range: [1e-4, 1], values: null },
    { name: 'optimizer', scale: 'categorical', range: null, values: ['SGD', 'Adam'] },
  ],
  objective: { metric: 'validation/accuracy', goal: 'maximize' },
  trials: [trial([1e-4, 'SGD'], 0.5, 10), trial([1e-2, 'Adam'], 0.9, 30), trial([1, 'Adam'], 0.8, 40), trial([null, 'SGD'], 0.7, 5), trial([1e-2, 'SGD'], null, null)],
})
const everything = new Uint8Array(5).fill(1)

test('a brush keeps what lies in it; what has no place on its axis is left out', () => {
  expect([...brushedTrials(columns, noBrushes)]).toEqual([1, 1, 1, 1, 1])
  const byRate = withBrush(noBrushes, 'rate', [0.2, 1])
  expect([...brushedTrials(columns, byRate)]).toEqual([0, 1, 1, 0, 1])
  expect([...brushedTrials(columns, withBrush(byRate, 'optimizer', [0.5, 1]))]).toEqual([0, 1, 1, 0, 0])
  expect([...brushedTrials(columns, withBrush(byRate, 'rate', null))]).toEqual([1, 1, 1, 1, 1])
})

test('a brush in words', () => {
  const [rate, optimizer] = columns.axes
  expect(stretchText(rate!, [0.25, 0.75])).toBe('0.001 – 0.1')
  expect(stretchText(optimizer!, [0.5, 1])).toBe('Adam')
})

test('the Pareto front: quickest first, each better than all that are quicker', () => {
  expect(paretoTrials(columns, everything)).toEqual([3, 1])
  expect(paretoTrials(columns, new Uint8Array([1, 0, 1, 0, 1]))).toEqual([0, 2])
})

test.each([[1000, 'side by side'], [250, 'below each other']])('the line under the pointer, with axes at a width of %i %s', (width) => {
  const axes = allAxes(columns)
  const layout = parallelLayout(width, 300, axes.length)
  const on = (trialIndex: number) => {
    const [a, b] = [axes[0]!.places[trialIndex]!, axes[1]!.places[trialIndex]!]
    return { x: (layout.x(0, a) + layout.x(1, b)) / 2, y: (layout.y(0, a) + layout.y(1, b)) / 2 }
  }
  for (const index of [0, 1, 2]) expect(nearestLine(layout, axes, everything, on(index))).toBe(index)
  expect(nearestLine(layout, axes, new Uint8Array(5), on(1))).toBeNull()
})

test('a curve between its epochs, and nothing beyond them', () => {
  const curve = { trialId: 't', configuration: 0, state: 'finished' as const, steps: [1, 2, 4], values: [0, 1, 3] }
  expect([0.5, 1, 1.5, 3, 4, 4.5].map((step) => valueAtStep(curve, step))).toEqual([NaN, 0, 0.5, 2, 3, NaN])
})

test('the axis of the learning curves begins at the first epochs, not at the worst of the bests', () => {
  const { scale } = curveSet(columns, [{ trialId: 't', configuration: 0, state: 'finished', steps: [1, 2, 3], values: [0.1, 0.6, 0.9] }])
  expect(scale.placeOf(0.1)).toBeCloseTo(0)
  expect(scale.placeOf(0.9)).toBeCloseTo(1)
})
