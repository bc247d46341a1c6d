import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryFeatureStore } from '../features/testing/memory-feature-store.ts'
import { makeTestImages, type TestImage } from '../features/testing/test-images.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { manifestOf, tinyBaseline, tinyModel, tinyRecipe, writeTinyWeights } from '../trial/testing/tiny-trial.ts'
import { runTrial, type TrialResult } from '../trial/run-trial.ts'
import type { WeightFile } from '../trial/trunk.ts'
import { predictImages } from './predict.ts'
import type { TrainedModel } from './trained-model.ts'

let folder: string
let runtime: Runtime
let images: TestImage[]
let weightFile: WeightFile
let result: TrialResult
const classes = ['plain', 'striped', 'wide']
const read = async (image: { sha256: string }): Promise<Uint8Array> => (images.find((candidate) => candidate.sha256 === image.sha256) as TestImage).bytes
const trial = (model = tinyModel): Promise<TrialResult> =>
  runTrial({ runtime, model, weightFile: model.pretrained ? weightFile : null, manifest: manifestOf(images, classes), recipe: tinyRecipe, seed: 1, read, features: createMemoryFeatureStore() })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-predict-'))
  runtime = await createOnnxRuntime({ threads: 2 })
  images = await makeTestImages(3, 20)
  weightFile = await writeTinyWeights(folder)
  result = await trial()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const trained = (more: Partial<TrainedModel> = {}): TrainedModel => ({ model: tinyModel, weightFile, classes, trainedWeights: result.trainedWeights, ...more })

test('says of the test images what the trial recorded', async () => {
  const recorded = result.predictions.filter((prediction) => prediction.split === 'test')
  const predictions = await predictImages({ runtime, trained: trained(), images: recorded, read })
  predictions.forEach((prediction, index) => {
    expect(prediction.error).toBeNull()
    expect(prediction.classes[0]?.className).toBe(classes[recorded[index]!.predicted])
    expect(prediction.classes[0]?.probability).toBeCloseTo(recorded[index]!.probability, 5)
    expect(prediction.classes.map((one) => one.className).toSorted()).toEqual(classes)
    expect(prediction.classes.map((one) => one.probability)).toEqual(prediction.classes.map((one) => one.probability).toSorted((a, b) => b - a))
  })
})

test('an image that is none gets its error, the others their classes', async () => {
  const text = Buffer.from('no image at all')
  const broken = { path: 'broken.jpg', sha256: createHash('sha256').update(text).digest('hex'), classIndex: 0, bytes: text }
  const given = [images[0]!, broken, images[1]!]
  const predictions = await predictImages({ runtime, trained: trained(), images: given, read: async (image) => image.bytes })
  expect(predictions.map((prediction) => prediction.classes.length)).toEqual([3, 0, 3])
  expect(predictions[1]).toMatchObject({ path: 'broken.jpg', error: expect.stringMatching(/image/i) })
})

test('a baseline carries all its weights itself', async () => {
  const baseline = await trial(tinyBaseline)
  const recorded = baseline.predictions.filter((prediction) => prediction.split === 'test')
  const predictions = await predictImages({ runtime, trained: { model: tinyBaseline, weightFile: null, classes, trainedWeights: baseline.trainedWeights }, images: recorded, read })
  predictions.forEach((prediction, index) => expect(prediction.classes[0]?.probability).toBeCloseTo(recorded[index]!.probability, 5))
})

test.each<[string, () => Promise<Partial<TrainedModel>>, string]>([
  ['another trunk', async () => ({ weightFile: await writeTinyWeights(folder, 2) }), 'mismatch'],
  ['other classes', async () => ({ classes: ['a', 'b', 'c'] }), 'mismatch'],
  ['no trunk', async () => ({ weightFile: null }), 'unavailable'],
  ['weights that no trial wrote', async () => ({ trainedWeights: Buffer.from('nonsense') }), 'corrupt'],
])('%s is refused', async (_name, more, code) => {
  await expect(predictImages({ runtime, trained: trained(await more()), images: images.slice(0, 1), read })).rejects.toMatchObject({ code })
})
