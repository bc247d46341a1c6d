import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recipeSchema, type Recipe } from '@graft/contracts/recipe'
import { augmentationSchema, type Augmentation } from '@graft/contracts/recipe/augmentation'
import { trialSummarySchema } from '@graft/contracts/trial'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportModel } from '../export/export-model.ts'
import { createMemoryFeatureStore } from '../features/testing/memory-feature-store.ts'
import { makeTestImages, type TestImage } from '../features/testing/test-images.ts'
import { predictImages } from '../prediction/predict.ts'
import { createOnnxGraphRuntime } from '../runtime/onnx/onnx-graph-runtime.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { runTrial, type TrialResult } from './run-trial.ts'
import { manifestOf, tinyBaseline, tinyModel, tinyRecipe, writeTinyWeights } from './testing/tiny-trial.ts'
import type { TrialOptions } from './trial-options.ts'
import type { WeightFile } from './trunk.ts'

let folder: string
let runtime: Runtime
let images: TestImage[]
let weightFile: WeightFile
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-augmented-'))
  runtime = await createOnnxRuntime({ threads: 2 })
  images = await makeTestImages(3, 20)
  weightFile = await writeTinyWeights(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const run = (recipe: Recipe, more: Partial<TrialOptions> = {}): Promise<TrialResult> =>
  runTrial({
    runtime,
    model: tinyModel,
    weightFile,
    manifest: manifestOf(images, ['one', 'two', 'three']),
    recipe,
    seed: 7,
    read: async (image) => (images.find((candidate) => candidate.sha256 === image.sha256) as TestImage).bytes,
    features: createMemoryFeatureStore(),
    ...more,
  })
const augmented = (augmentation: Partial<Augmentation>, more: Partial<Recipe> = {}): Recipe => recipeSchema.parse({ ...tinyRecipe, ...more, augmentation: augmentationSchema.parse(augmentation) })

test('a frozen trunk trains on cached views; another seed computes none of them again', async () => {
  const features = createMemoryFeatureStore()
  const recipe = augmented({ rotation: 15, horizontalFlip: true, views: 3 })
  const first = await run(recipe, { features })
  expect(trialSummarySchema.parse(first.summary)).toEqual(first.summary)
  expect(first.summary.phases?.[0]?.views).toMatchObject({ count: 3, images: 36, computed: 108, reused: 0, secondsSaved: 0 })
  expect(first.summary.features).toMatchObject({ computed: 3 * 36 + 24, reused: 0 })
  const other = await run(recipe, { features, seed: 8 })
  expect(other.summary.phases?.[0]?.views).toMatchObject({ computed: 0, reused: 108 })
  expect(other.summary.weightsSha256).not.toBe(first.summary.weightsSha256)
  expect((await run(recipe, { features })).summary.weightsSha256).toBe(first.summary.weightsSha256)
  const plain = await run(tinyRecipe, { features })
  expect(plain.summary.phases?.[0]?.views).toBeUndefined()
  expect(plain.summary.weightsSha256).not.toBe(first.summary.weightsSha256)
})

test('a baseline trains on fresh augmentation, and does so twice the same', async () => {
  const recipe = augmented({ rotation: 15, horizontalFlip: true }, { phases: [{ ...tinyRecipe.phases[0]!, epochs: 3 }] })
  const own = { model: tinyBaseline, weightFile: null }
  const first = await run(recipe, own)
  expect((await run(recipe, own)).summary.weightsSha256).toBe(first.summary.weightsSha256)
  expect((await run({ ...recipe, augmentation: undefined }, own)).summary.weightsSha256).not.toBe(first.summary.weightsSha256)
})

test('fine-tuning trains on fresh pixels', async () => {
  const phases: Recipe['phases'] = recipeSchema.parse({ phases: [{ kind: 'fine-tuning', epochs: 2, batchSize: 8, unfreeze: { layer: 'conv_pw_1' } }] }).phases
  const recipe = augmented({ rotation: 15 }, { phases })
  const first = await run(recipe)
  expect(first.summary.phases?.[0]?.plan).toMatch(/augment/i)
  expect((await run(recipe)).summary.weightsSha256).toBe(first.summary.weightsSha256)
  expect((await run({ ...recipe, augmentation: undefined })).summary.weightsSha256).not.toBe(first.summary.weightsSha256)
})

test('mixup and cutmix train on shares of classes, also with a binary loss', async () => {
  const phases: Recipe['phases'] = [{ ...tinyRecipe.phases[0]!, epochs: 2 }]
  const own = { model: tinyBaseline, weightFile: null }
  const recipe = augmented({ mixup: { alpha: 0.4 }, cutmix: { alpha: 1 } }, { phases })
  const mixed = await run(recipe, own)
  expect((await run(recipe, own)).summary.weightsSha256).toBe(mixed.summary.weightsSha256)
  expect((await run({ ...recipe, augmentation: undefined }, own)).summary.weightsSha256).not.toBe(mixed.summary.weightsSha256)
  const two = manifestOf(images, ['one', 'two', 'three'])
  const manifest = { ...two, classes: ['one', 'two'], images: two.images.filter(({ classIndex }) => classIndex < 2) }
  const binary = await run({ ...recipe, loss: { name: 'binary-cross-entropy', labelSmoothing: 0 } }, { ...own, manifest })
  expect(binary.summary.test.images).toBe(8)
  expect(binary.predictions.every(({ probability }) => Number.isFinite(probability))).toBe(true)
})

test.each(['mixup', 'cutmix'] as const)('%s needs pixels: a head on a frozen trunk refuses it', async (mixing) => {
  await expect(run(augmented({ [mixing]: { alpha: 0.5 } }))).rejects.toMatchObject({ code: 'invalid_input', field: `augmentation.${mixing}` })
})

test.each([
  ['a head on features', {}, undefined],
  ['a baseline', { model: tinyBaseline, weightFile: null }, undefined],
  ['a fine-tuned tail', {}, [{ kind: 'fine-tuning', epochs: 1, batchSize: 8, unfreeze: { layer: 'conv_pw_1' } }]],
] as const)('test-time augmentation scores %s by the mean over views', async (_, more, phases) => {
  const recipe = recipeSchema.parse({ ...tinyRecipe, phases: phases ?? [{ ...tinyRecipe.phases[0]!, epochs: 2 }] })
  const features = createMemoryFeatureStore()
  const single = await run(recipe, { ...more, features })
  const averaged = await run({ ...recipe, testTimeAugmentation: { views: 3 } }, { ...more, features })
  expect(averaged.summary.weightsSha256).toBe(single.summary.weightsSha256)
  expect(averaged.probabilities).not.toEqual(single.probabilities)
  for (let row = 0; row < averaged.predictions.length; row++) expect(averaged.probabilities.subarray(row * 3, row * 3 + 3).reduce((sum, value) => sum + value)).toBeCloseTo(1, 5)
})

test('predictions average over the views that were scored; an export looks once, and says so', async () => {
  const recipe = recipeSchema.parse({ ...tinyRecipe, testTimeAugmentation: { views: 4 } })
  const features = createMemoryFeatureStore()
  const result = await run(recipe, { features })
  const manifest = manifestOf(images, ['one', 'two', 'three'])
  const read = async (image: { sha256: string }): Promise<Uint8Array> => (images.find((candidate) => candidate.sha256 === image.sha256) as TestImage).bytes
  const trained = { model: tinyModel, weightFile, classes: manifest.classes, trainedWeights: result.trainedWeights }
  const scored = result.predictions.filter(({ split }) => split === 'test')
  const predicted = await predictImages({ runtime, trained, images: scored, read, views: 4 })
  predicted.forEach(({ classes }, index) => expect(classes[0]!.probability).toBeCloseTo(scored[index]!.probability, 4))
  const { files } = await exportModel({ runtime, graphs: await createOnnxGraphRuntime(), trained, manifest, datasetName: 'shapes', recipe, seed: 7, summary: result.summary, read, features, recorded: result.probabilities.subarray(result.summary.validation.images * 3) })
  const card = Buffer.from(files.find(({ kind }) => kind === 'model-card')!.bytes).toString()
  expect(card).toContain('over 4 views')
})
