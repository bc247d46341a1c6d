import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelDescription } from '@graft/contracts/model'
import { recipeSchema, type Recipe } from '@graft/contracts/recipe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryFeatureStore } from '../features/testing/memory-feature-store.ts'
import { makeTestImages, type TestImage } from '../features/testing/test-images.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { runTrial, type TrialResult } from './run-trial.ts'
import { manifestOf, tinyBaseline, tinyModel, writeTinyWeights } from './testing/tiny-trial.ts'
import { readTrainedWeights } from './trained-weights.ts'
import type { WeightFile } from './trunk.ts'

let folder: string
let runtime: Runtime
let weightFile: WeightFile
let images: TestImage[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-heads-'))
  runtime = await createOnnxRuntime({ threads: 2 })
  weightFile = await writeTinyWeights(folder)
  images = await makeTestImages(2, 20)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const custom: ModelDescription = { ...tinyBaseline, id: 'custom-cnn', name: 'Custom CNN', architecture: 'custom-cnn', featureLayer: '', preprocessing: { mode: 'unit', inputSize: [32, 32], interpolation: 'bilinear' } }
const phase = { kind: 'feature-extraction', epochs: 8, batchSize: 8, optimizer: { name: 'Adam', learningRate: 0.02 } }
const run = (model: ModelDescription, recipe: Recipe): Promise<TrialResult> =>
  runTrial({
    runtime,
    model,
    weightFile: model.pretrained ? weightFile : null,
    manifest: manifestOf(images, ['one', 'other']),
    recipe,
    seed: 3,
    read: async (image) => images.find(({ sha256 }) => sha256 === image.sha256)!.bytes,
    features: createMemoryFeatureStore(),
  })

test.each(['average', 'max', 'flatten'] as const)('a head with %s pooling, batch normalization, L2, dropout and one sigmoid learns; its statistics move', async (pooling) => {
  const head = { pooling, dropout: 0.1, dense: [{ units: 12, activation: 'elu', batchNormalization: true, dropout: 0.1, l2: 1e-3, initializer: 'he-normal' }] }
  const { summary, trainedWeights } = await run(tinyModel, recipeSchema.parse({ phases: [phase], head, loss: { name: 'binary-cross-entropy' } }))
  expect(summary.test.accuracy).toBe(1)
  const { network, weights } = readTrainedWeights(trainedWeights)
  expect(network.layers.at(-1)).toMatchObject({ name: 'predictions', units: 1 })
  expect(weights.get('head_normalization')!['moving_mean']!.data.some((value) => value !== 0)).toBe(true)
})

test('fine-tuning keeps the statistics of pretrained layers and moves those of the head', async () => {
  const head = { dense: [{ units: 12, batchNormalization: true }] }
  const recipe = recipeSchema.parse({ phases: [{ kind: 'fine-tuning', unfreeze: { layer: 'conv_pw_1' }, epochs: 4, batchSize: 8, optimizer: { name: 'SGD', learningRate: 0.01 } }], head })
  const { network, weights } = readTrainedWeights((await run(tinyModel, recipe)).trainedWeights)
  const { weights: other } = readTrainedWeights((await run(tinyModel, { ...recipe, phases: [{ ...recipe.phases[0]!, epochs: 1 }] as Recipe['phases'] })).trainedWeights)
  const statistics = (of: typeof weights, layer: string) => of.get(layer)!['moving_mean']!.data
  expect(network.layers.map(({ name }) => name)).toContain('conv_pw_1_bn')
  expect(statistics(weights, 'conv_pw_1_bn')).toEqual(statistics(other, 'conv_pw_1_bn'))
  expect(statistics(weights, 'head_normalization')).not.toEqual(statistics(other, 'head_normalization'))
})

test('a recipe with layers of its own trains them from scratch; a pretrained model refuses them', async () => {
  const network = [{ kind: 'convolution', filters: 6, strides: 2 }, { kind: 'batch-normalization' }, { kind: 'global-average-pooling' }]
  const recipe = recipeSchema.parse({ phases: [phase], network })
  const { summary } = await run(custom, recipe)
  expect(summary.parameters).toEqual({ total: 3 * 3 * 3 * 6 + 6 + 4 * 6 + 6 * 2 + 2, trainable: 3 * 3 * 3 * 6 + 6 + 2 * 6 + 6 * 2 + 2 })
  expect(summary.test.images).toBe(8)
  await expect(run(tinyModel, recipe)).rejects.toMatchObject({ code: 'invalid_input', field: 'network' })
  await expect(run(tinyBaseline, recipe)).rejects.toMatchObject({ code: 'invalid_input', field: 'network' })
  await expect(run(custom, recipeSchema.parse({ phases: [phase] }))).rejects.toMatchObject({ code: 'invalid_input', field: 'network' })
})
