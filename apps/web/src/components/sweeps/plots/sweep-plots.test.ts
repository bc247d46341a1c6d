import type { SweepPoint } from '@graft/contracts/sweep-results'
import { expect, test } from 'vitest'
import { brushedTrials, noBrushes, stretchText, withBrush } from './brushes.ts'
import { curveSet, heightAt, thinned } from './curve-set.ts'
import { nearestLine } from './nearest-line.ts'
import { allAxes } from './paint-parallel.ts'
import { parallelLayout } from './parallel-layout.ts'
import { paretoCosts, paretoScores, scoreAxis } from './pareto-axes.ts'
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

const sizes = new Map([['vgg16', 138e6], ['mobilenet-v2', 3.5e6]])

test('the Pareto front: cheapest first, each better than all that are cheaper', () => {
  expect(paretoTrials(columns, everything, 'objective', 'time', sizes)).toEqual([3, 1])
  expect(paretoTrials(columns, new Uint8Array([1, 0, 1, 0, 1]), 'objective', 'time', sizes)).toEqual([0, 2])
})

test('the Pareto plot offers what is known and differs, and finds the front of it', () => {
  expect(paretoScores(columns)).toEqual(['objective'])
  expect(paretoCosts(columns, sizes)).toEqual(['time'])
  const tested = sweepColumns({
    parameters: [],
    objective: { metric: 'validation/loss', goal: 'minimize' },
    trials: [
      { ...trial([], 0.4, 10), testAccuracy: 0.9, epochs: 5 },
      { ...trial([], 0.2, 20), testAccuracy: 0.8, epochs: 3, model: 'mobilenet-v2' },
      { ...trial([], 0.3, 30), state: 'pruned', epochs: 1 },
    ],
  })
  expect(paretoScores(tested)).toEqual(['objective', 'test'])
  expect(paretoCosts(tested, sizes)).toEqual(['time', 'epochs', 'parameters'])
  const all = new Uint8Array(3).fill(1)
  expect(paretoTrials(tested, all, 'objective', 'time', sizes)).toEqual([0, 1])
  expect(paretoTrials(tested, all, 'test', 'time', sizes)).toEqual([0])
  expect(paretoTrials(tested, all, 'test', 'epochs', sizes)).toEqual([1, 0])
  expect(paretoTrials(tested, all, 'objective', 'parameters', sizes)).toEqual([1])
  const axis = scoreAxis(tested, 'test')
  expect([...axis.places]).toEqual([1, 0, NaN])
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
  const line = Float32Array.of(0.125, 0, 0.25, 0.25, 0.5, 0.75)
  expect([0, 0.125, 0.1875, 0.375, 0.5, 0.6].map((x) => heightAt(line, x))).toEqual([NaN, 0, 0.125, 0.5, 0.75, NaN])
})

test('a long curve is drawn by fewer points, its ends and its spikes among them', () => {
  const line = Float32Array.from({ length: 2000 }, (_, index) => (index % 2 === 0 ? index / 2000 : index === 1235 ? 1 : 0.5))
  const short = thinned(line, 50)
  expect(short).toHaveLength(100)
  expect([...short.subarray(0, 2), ...short.subarray(-2)]).toEqual([...line.subarray(0, 2), ...line.subarray(-2)])
  const points = Array.from({ length: 50 }, (_, index) => [short[2 * index]!, short[2 * index + 1]!] as const)
  expect(points.filter(([, y]) => y === 1)).toEqual([[line[1234]!, 1]])
  expect(points.every(([x], index) => index === 0 || x > points[index - 1]![0])).toBe(true)
  expect(thinned(line, 1000)).toBe(line)
})

test('the axis of the learning curves begins at the first epochs, not at the worst of the bests', () => {
  const { scale } = curveSet(columns, [{ trialId: 't', configuration: 0, state: 'finished', steps: [1, 2, 3], values: [0.1, 0.6, 0.9] }])
  expect(scale.placeOf(0.1)).toBeCloseTo(0)
  expect(scale.placeOf(0.9)).toBeCloseTo(1)
})
