import type { MetricName, MetricPoint } from '@graft/contracts/trial'
import { expect, test } from 'vitest'
import { bestStep, curvesOf, mergePoints } from './curve-points.ts'

const point = (step: number, name: MetricName, value: number): MetricPoint => ({ step, name, value })

test('points become columns in the order of their steps', () => {
  const curves = curvesOf([point(2, 'train/loss', 0.5), point(1, 'train/loss', 1), point(2, 'validation/loss', 0.7), point(2, 'train/loss', 0.4)])
  expect(curves.steps).toEqual([1, 2])
  expect(curves.values['train/loss']).toEqual([1, 0.4])
  expect(curves.values['validation/loss']).toEqual([null, 0.7])
  expect(curves.values['train/accuracy']).toBeUndefined()
})

test('a loss that left the numbers is a gap', () => {
  expect(curvesOf([point(1, 'train/loss', Number.NaN), point(2, 'train/loss', Number.POSITIVE_INFINITY)]).values['train/loss']).toEqual([null, null])
  expect(curvesOf([])).toEqual({ steps: [], values: {} })
})

test('a stream that began again does not double the curve', () => {
  const known = [point(1, 'train/loss', 1), point(2, 'train/loss', 0.5)]
  expect(mergePoints(known, [point(2, 'train/loss', 0.4), point(3, 'train/loss', 0.3)])).toEqual([point(1, 'train/loss', 1), point(2, 'train/loss', 0.4), point(3, 'train/loss', 0.3)])
})

test('best: accuracy, then loss, then the earlier', () => {
  const epochs: [number, number][] = [[0.5, 1], [0.8, 0.9], [0.8, 0.7], [0.8, 0.7], [0.7, 0.1]]
  const points = epochs.flatMap(([accuracy, loss], place) => [point(place + 1, 'validation/accuracy', accuracy), point(place + 1, 'validation/loss', loss)])
  expect(bestStep(curvesOf(points))).toBe(3)
  expect(bestStep(curvesOf([point(1, 'train/loss', 1)]))).toBeUndefined()
})
