import { expect, test } from 'vitest'
import { elapsedSeconds, estimateCost, type MeasuredTrial } from './estimate-seconds.ts'
import type { SweepPoint } from './sweep-points.ts'

const point = (version: string, imageCount: number, model: string, pretrained = true): SweepPoint =>
  ({ version: { id: version, imageCount }, model: { id: model, pretrained, parameters: 14_714_688 }, seed: 0, existing: null }) as unknown as SweepPoint

/** With 20 epochs, of which some fine-tune. */
function estimateSeconds(points: SweepPoint[], measuredTrials: MeasuredTrial[], workers: number, fineTuningEpochs = 0) {
  const { extractionSeconds, trainingSeconds, basis } = estimateCost(points, measuredTrials, { epochs: 20, fineTuningEpochs })
  return { seconds: elapsedSeconds(extractionSeconds + trainingSeconds, workers, points.length), basis }
}

/** 100 images: 10 s of features (0.1 s an image), 5 s of training and evaluation. */
const measured = (computed: number): MeasuredTrial => ({
  versionId: 'birds',
  modelId: 'vgg16',
  imageCount: 100,
  summary: { timings: { decode: computed * 0.02, extraction: computed * 0.08, training: 4, evaluation: 1, total: 16 }, features: { computed, reused: 100 - computed, secondsSaved: 0 } },
})

test('a dataset whose features are there costs training only', () => {
  expect(estimateSeconds([point('birds', 100, 'vgg16'), point('birds', 100, 'vgg16')], [measured(100)], 1)).toEqual({ seconds: 2 * (1 + 5), basis: 'measured' })
})

test('another dataset costs features once, scaled by its images', () => {
  const points = [point('leaves', 200, 'vgg16'), point('leaves', 200, 'vgg16')]
  expect(estimateSeconds(points, [measured(100)], 1).seconds).toBeCloseTo(20 + 2 * (1 + 10))
  expect(estimateSeconds(points, [measured(100)], 2).seconds).toBeCloseTo((20 + 2 * (1 + 10)) / 2)
  expect(estimateSeconds(points, [measured(100)], 50).seconds).toBeCloseTo((20 + 2 * (1 + 10)) / 2) // no more workers than trials
})

test('one model that was never run makes it an assumption; features that all came from the cache say nothing of their cost', () => {
  expect(estimateSeconds([point('birds', 100, 'vgg16'), point('birds', 100, 'xception')], [measured(100)], 1).basis).toBe('assumed')
  const assumed = estimateSeconds([point('leaves', 100, 'vgg16')], [], 1).seconds
  expect(estimateSeconds([point('leaves', 100, 'vgg16')], [measured(0)], 1).seconds).toBeGreaterThan(5)
  expect(assumed).toBeGreaterThan(1)
  expect(estimateSeconds([], [], 0)).toEqual({ seconds: 0, basis: 'assumed' })
})

test('a network from scratch has no features to extract', () => {
  expect(estimateSeconds([point('birds', 100, 'three-layer-convnet', false)], [], 1).seconds).toBeCloseTo(1 + 100 * 0.2)
})

test('fine-tuning that was never measured takes three forward passes an image and epoch more; measured by this recipe it is as it was', () => {
  const points = [point('birds', 100, 'vgg16')]
  expect(estimateSeconds(points, [measured(100)], 1, 4)).toEqual({ seconds: 1 + 5 + 4 * 100 * 0.1 * 3, basis: 'assumed' })
  expect(estimateSeconds(points, [{ ...measured(100), isOfRecipe: true }], 1, 4)).toEqual({ seconds: 1 + 5, basis: 'measured' })
  expect(estimateSeconds([point('birds', 100, 'three-layer-convnet', false)], [], 1, 4)).toEqual(estimateSeconds([point('birds', 100, 'three-layer-convnet', false)], [], 1))
})

test('training takes as long as its epochs, whatever a trial of another recipe took', () => {
  const points = [point('birds', 100, 'vgg16')]
  expect(estimateSeconds(points, [{ ...measured(100), epochs: 40 }], 1).seconds).toBeCloseTo(1 + 4 / 2 + 1) // 4 s of training for 40 epochs
  expect(estimateSeconds(points, [{ ...measured(100), epochs: 5, isOfRecipe: true }], 1).seconds).toBeCloseTo(1 + 5) // stopped early, as it will again
})
