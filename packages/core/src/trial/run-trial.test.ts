import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatasetManifest, ManifestImage, Split } from '@graft/contracts/dataset'
import { metricPointSchema, predictionSchema, trialSummarySchema, type MetricPoint } from '@graft/contracts/trial'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryFeatureStore } from '../features/testing/memory-feature-store.ts'
import { makeTestImages, type TestImage } from '../features/testing/test-images.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { manifestOf, tinyBaseline, tinyModel, tinyRecipe, writeTinyWeights } from './testing/tiny-trial.ts'
import { runTrial, type TrialResult } from './run-trial.ts'
import { readTrainedWeights, weightsSha256 } from './trained-weights.ts'
import type { TrialOptions } from './trial-options.ts'
import type { WeightFile } from './trunk.ts'

let folder: string
let runtime: Runtime
let images: TestImage[]
let weightFile: WeightFile
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-trial-'))
  runtime = await createOnnxRuntime({ threads: 2 })
  images = await makeTestImages(3, 20)
  weightFile = await writeTinyWeights(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const classes = ['plain', '=cmd|calc', 'a "quoted", one']
const run = (more: Partial<TrialOptions> = {}): Promise<TrialResult> =>
  runTrial({
    runtime,
    model: tinyModel,
    weightFile,
    manifest: manifestOf(images, classes),
    recipe: tinyRecipe,
    seed: 7,
    read: async (image) => (images.find((candidate) => candidate.sha256 === image.sha256) as TestImage).bytes,
    features: createMemoryFeatureStore(),
    ...more,
  })

/** The dataset with some of its images in another part. */
function movedTo(split: Split, which: (image: ManifestImage) => boolean): DatasetManifest {
  const manifest = manifestOf(images, classes)
  return { ...manifest, images: manifest.images.map((image) => (which(image) ? { ...image, split } : image)) }
}

test('a head learns on the features of a frozen trunk; everything that is recorded is there', async () => {
  const metrics: MetricPoint[] = []
  const stages = new Set<string>()
  const { summary, predictions, probabilities, trainedWeights } = await run({ onMetrics: (points) => void metrics.push(...points), onProgress: ({ stage }) => stages.add(stage) })
  expect(trialSummarySchema.parse(summary)).toEqual(summary)
  expect(summary.test).toMatchObject({ images: 12, accuracy: 1 })
  expect(summary.validation.images).toBe(12)
  expect(summary.epochs).toBe(10)
  expect(summary.features).toEqual({ reused: 0, computed: 60, secondsSaved: 0 })
  expect(summary.parameters.trainable).toBe(16 * 16 + 16 + 16 * 3 + 3)
  expect(summary.parameters.total).toBeGreaterThan(summary.parameters.trainable)
  expect(summary.timings.total).toBeGreaterThanOrEqual(summary.timings.training)
  expect([...stages]).toEqual(['features', 'training', 'scoring'])

  for (const point of metrics) metricPointSchema.parse(point)
  expect(metrics.map((point) => point.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((step) => [step, step, step, step, step]))

  expect(predictions.map((prediction) => predictionSchema.parse(prediction).split)).toEqual([...Array(12).fill('validation'), ...Array(12).fill('test')])
  predictions.forEach((prediction, index) => {
    const row = probabilities.subarray(index * 3, index * 3 + 3)
    expect(row.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5)
    expect(prediction.probability).toBe(Math.max(...row))
    expect(prediction.labelProbability).toBe(row[prediction.label])
    expect(prediction.correct).toBe(prediction.predicted === prediction.label)
  })

  const trained = readTrainedWeights(trainedWeights)
  expect(trained).toMatchObject({ part: 'head', model: 'tiny', classes, layer: 'conv_pw_1_relu', pooling: 'average', trunkSha256: weightFile.info.sha256 })
  expect(weightsSha256(trained.weights)).toBe(summary.weightsSha256)
})

test('the same trial twice gives the same weights, also when the features come from the cache', async () => {
  const features = createMemoryFeatureStore()
  const first = await run({ features })
  const second = await run({ features })
  const third = await run()
  expect(second.summary.features).toMatchObject({ reused: 60, computed: 0 })
  expect(second.summary.features.secondsSaved).toBeGreaterThan(0)
  expect([second.summary.weightsSha256, third.summary.weightsSha256]).toEqual([first.summary.weightsSha256, first.summary.weightsSha256])
  expect(second.probabilities).toEqual(first.probabilities)
  expect(second.predictionsCsv).toBe(first.predictionsCsv)
  expect((await run({ features, seed: 8 })).summary.weightsSha256).not.toBe(first.summary.weightsSha256)
})

test('a baseline trains from scratch, and does so twice the same', async () => {
  const recipe = { ...tinyRecipe, phases: [{ ...tinyRecipe.phases[0]!, epochs: 3 }] }
  const first = await run({ model: tinyBaseline, weightFile: null, recipe })
  expect(first.summary.test.images).toBe(12)
  expect(first.summary.parameters.total).toBe(first.summary.parameters.trainable)
  const trained = readTrainedWeights(first.trainedWeights)
  expect(trained.part).toBe('network')
  expect(weightsSha256(trained.weights)).toBe(first.summary.weightsSha256)
  expect((await run({ model: tinyBaseline, weightFile: null, recipe })).summary.weightsSha256).toBe(first.summary.weightsSha256)
})

test('without validation images the last epoch counts', async () => {
  const metrics: MetricPoint[] = []
  const { summary, predictions } = await run({ manifest: movedTo('train', (image) => image.split === 'validation'), onMetrics: (points) => void metrics.push(...points) })
  expect(summary.bestEpoch).toBe(10)
  expect(trialSummarySchema.parse(summary).validation).toEqual({ accuracy: 0, loss: 0, images: 0, correct: 0, interval: [0, 1] })
  expect(predictions).toHaveLength(12)
  expect(new Set(metrics.map((point) => point.name))).toEqual(new Set(['train/loss', 'train/accuracy', 'epoch/seconds']))
})

const phase = tinyRecipe.phases[0]!
test.each<[string, () => Partial<TrialOptions>, { code: string; field?: string }]>([
  ['one class', () => ({ manifest: { ...manifestOf(images.slice(0, 20), ['only']) } }), { code: 'invalid_input', field: 'dataset' }],
  ['a class without training images', () => ({ manifest: movedTo('test', (image) => image.classIndex === 1) }), { code: 'invalid_input', field: 'dataset' }],
  ['no test images', () => ({ manifest: movedTo('train', (image) => image.split === 'test') }), { code: 'invalid_input', field: 'dataset' }],
  ['a batch larger than the data', () => ({ recipe: { ...tinyRecipe, phases: [{ ...phase, batchSize: 37 }] } }), { code: 'invalid_input', field: 'phases.0.batchSize' }],
  ['a learning rate at which it diverges', () => ({ recipe: { ...tinyRecipe, phases: [{ ...phase, optimizer: { name: 'SGD' as const, learningRate: 1e30, momentum: 0, nesterov: false } }] } }), { code: 'diverged', field: 'phases.0.optimizer.learningRate' }],
  ['no weights', () => ({ weightFile: null }), { code: 'unavailable', field: 'model' }],
  ['an unknown layer', () => ({ model: { ...tinyModel, featureLayer: 'conv_pw_55' } }), { code: 'not_found' }],
  ['a fired signal', () => ({ signal: AbortSignal.abort() }), {} as { code: string }],
])('%s is a clear error', async (_name, more, expected) => {
  await expect(run(more())).rejects.toMatchObject(expected)
})

test('names that a spreadsheet or a CSV reader would trip over come out harmless', async () => {
  const { predictionsCsv } = await run()
  const [header, first] = predictionsCsv.split('\r\n') as [string, string]
  expect(header).toBe('path,split,label,predicted,probability of plain,probability of =cmd|calc,"probability of a ""quoted"", one"')
  expect(first.split(',').slice(0, 3)).toEqual(['class 0/6.png', 'validation', 'plain'])
  expect(predictionsCsv).toContain(`,'=cmd|calc,`)
  expect(predictionsCsv).not.toContain(',=cmd')
})
