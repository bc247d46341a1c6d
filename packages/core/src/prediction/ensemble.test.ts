import type { ImagePrediction } from '@graft/contracts/job'
import { expect, test } from 'vitest'
import { ensemblePredictions } from './ensemble.ts'

const prediction = (classes: Record<string, number>, error: string | null = null): ImagePrediction => ({ path: 'a.png', sha256: 'a'.repeat(64), error, classes: Object.entries(classes).map(([className, probability]) => ({ className, probability })) })

test('the mean of the probabilities, most probable first', () => {
  const [one] = ensemblePredictions([[prediction({ dog: 0.6, cat: 0.4 })], [prediction({ cat: 0.9, dog: 0.1 })]])
  expect(one!.classes.map(({ className }) => className)).toEqual(['cat', 'dog'])
  expect(one!.classes.map(({ probability }) => probability)).toEqual([expect.closeTo(0.65), expect.closeTo(0.35)])
})

test('an error of one stays; other classes are refused', () => {
  expect(ensemblePredictions([[prediction({ dog: 1 })], [prediction({}, 'damaged')]])[0]!.error).toBe('damaged')
  for (const other of [{ dog: 0.5, bird: 0.5 }, { dog: 1 }]) expect(() => ensemblePredictions([[prediction({ dog: 0.6, cat: 0.4 })], [prediction(other as Record<string, number>)]])).toThrow(/other classes/)
})
