import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { classificationMetrics } from './classification-metrics.ts'

interface Golden {
  name: string
  classes: number
  labels: number[]
  probabilities: number[]
  precision: number
  recall: number
  f1: number
  areaUnderCurve: number
  calibrationError: number
  topAccuracy: { k: number; accuracy: number }[]
  perClass: { images: number; precision: number; recall: number; f1: number }[]
}
/** scikit-learn's figures, by tools/parity/classification_metrics.py. */
const golden = JSON.parse(readFileSync(new URL('golden/classification-metrics.json', import.meta.url), 'utf8')) as Golden[]

test.each(golden)('$name: the figures of scikit-learn', ({ classes, labels, probabilities, perClass, topAccuracy, ...expected }) => {
  const found = classificationMetrics(Float32Array.from(probabilities), Int32Array.from(labels), classes)!
  for (const name of ['precision', 'recall', 'f1', 'areaUnderCurve', 'calibrationError'] as const) expect(found[name], name).toBeCloseTo(expected[name], 6)
  expect(found.topAccuracy.map(({ k }) => k)).toEqual(topAccuracy.map(({ k }) => k))
  for (const [index, { accuracy }] of topAccuracy.entries()) expect(found.topAccuracy[index]!.accuracy).toBeCloseTo(accuracy, 9)
  for (const [index, reference] of perClass.entries()) expect(found.classes[index]).toMatchObject({ images: reference.images, precision: expect.closeTo(reference.precision, 9), recall: expect.closeTo(reference.recall, 9), f1: expect.closeTo(reference.f1, 9) })
})

test('ties count half in the area, and the first class counts as higher in a rank', () => {
  const even = classificationMetrics(new Float32Array(4 * 4).fill(0.25), Int32Array.of(0, 1, 2, 3), 4)!
  expect(even.areaUnderCurve).toBe(0.5)
  expect(even.topAccuracy).toEqual([{ k: 3, accuracy: 0.75 }])
})

test('no images: no figures; one class only: no area', () => {
  expect(classificationMetrics(new Float32Array(), new Int32Array(), 3)).toBeNull()
  expect(classificationMetrics(Float32Array.of(0.9, 0.1), Int32Array.of(0), 2)!.areaUnderCurve).toBeNull()
})
