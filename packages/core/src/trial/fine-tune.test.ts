import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CheckpointStore } from '@graft/contracts/checkpoint-store'
import { modelDescriptionSchema } from '@graft/contracts/model'
import { recipeSchema, type Recipe, type Unfreeze } from '@graft/contracts/recipe'
import { trialSummarySchema, type MetricPoint } from '@graft/contracts/trial'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportModel } from '../export/export-model.ts'
import { createMemoryFeatureStore } from '../features/testing/memory-feature-store.ts'
import { makeTestImages, type TestImage } from '../features/testing/test-images.ts'
import type { NetworkWeights } from '../network/description.ts'
import { predictImages } from '../prediction/predict.ts'
import { createOnnxGraphRuntime } from '../runtime/onnx/onnx-graph-runtime.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { runTrial, type TrialResult } from './run-trial.ts'
import { manifestOf, tinyBaseline, tinyModel, tinyRecipe, writeTinyWeights } from './testing/tiny-trial.ts'
import { readTrainedWeights } from './trained-weights.ts'
import type { TrialOptions } from './trial-options.ts'
import { loadTrunk, type WeightFile } from './trunk.ts'

const classes = ['plain', 'striped', 'wide']
/** Deep enough to be cut in several places. */
const model = modelDescriptionSchema.parse({ ...tinyModel, featureLayer: 'conv_pw_3_relu' })
const headPhase = { ...tinyRecipe.phases[0]!, epochs: 2 }
const recipeFor = (unfreeze: Unfreeze, more: Partial<Recipe> = {}): Recipe =>
  recipeSchema.parse({ ...tinyRecipe, phases: [headPhase, { kind: 'fine-tuning', epochs: 3, batchSize: 8, unfreeze, optimizer: { name: 'SGD', learningRate: 0.01, momentum: 0.9 } }], ...more })

let folder: string
let runtime: Runtime
let images: TestImage[]
let weightFile: WeightFile
let pretrained: NetworkWeights
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-fine-tune-'))
  runtime = await createOnnxRuntime({ threads: 2 })
  images = await makeTestImages(3, 20)
  weightFile = await writeTinyWeights(folder)
  pretrained = (await loadTrunk(model, weightFile, model.featureLayer)).weights
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const read = async (image: { sha256: string }): Promise<Uint8Array> => (images.find((candidate) => candidate.sha256 === image.sha256) as TestImage).bytes
const optionsFor = (recipe: Recipe, more: Partial<TrialOptions> = {}): TrialOptions => ({ runtime, model, weightFile, manifest: manifestOf(images, classes), recipe, seed: 7, read, features: createMemoryFeatureStore(), ...more })
const run = (recipe: Recipe, more: Partial<TrialOptions> = {}): Promise<TrialResult> => runTrial(optionsFor(recipe, more))

/** Layers whose trainable weights are not the pretrained ones. */
function changedLayers(weights: NetworkWeights): string[] {
  return [...weights.keys()].filter((layer) => {
    const before = pretrained.get(layer)
    return before !== undefined && Object.entries(weights.get(layer)!).some(([name, { data }]) => data.some((value, index) => value !== before[name]!.data[index]))
  })
}

test('the layers from the boundary up train after the head; phases, steps and plan are recorded', async () => {
  const points: MetricPoint[] = []
  const plans: string[] = []
  const result = await run(recipeFor({ layer: 'conv_dw_3' }), { onMetrics: (more) => void points.push(...more), onPlan: ({ words }) => plans.push(words) })
  const { summary } = result
  expect(trialSummarySchema.parse(summary)).toEqual(summary)
  expect(points.filter(({ name }) => name === 'train/loss').map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
  expect(summary.phases).toMatchObject([
    { kind: 'feature-extraction', epochs: 2 },
    { kind: 'fine-tuning', epochs: 3, plan: plans[0] },
  ])
  const accuracyAt = (step: number): number => points.find((point) => point.step === step && point.name === 'validation/accuracy')!.value
  for (const phase of summary.phases!) expect(phase.validationAccuracy).toBe(accuracyAt(phase.bestEpoch))
  expect(accuracyAt(summary.bestEpoch)).toBe(Math.max(...[1, 2, 3, 4, 5].map(accuracyAt)))
  expect(plans[0]).toMatch(/^From conv_dw_3 \(layer \d+\) up the network is unfrozen.*conv_pw_2_relu.*cached.*A batch of 8 is computed at once.*memory/)
})

test.each<[string, Unfreeze, string, string[]]>([
  ['from a layer', { layer: 'conv_dw_3' }, 'tail', ['conv_dw_3', 'conv_dw_3_bn', 'conv_pw_3', 'conv_pw_3_bn']],
  ['from an index', { index: 19 }, 'tail', ['conv_pw_3', 'conv_pw_3_bn']],
  ['everything', 'all', 'network', ['conv1', 'conv1_bn', 'conv_dw_1', 'conv_dw_1_bn', 'conv_pw_1', 'conv_pw_1_bn', 'conv_dw_2', 'conv_dw_2_bn', 'conv_pw_2', 'conv_pw_2_bn', 'conv_dw_3', 'conv_dw_3_bn', 'conv_pw_3', 'conv_pw_3_bn']],
])('unfrozen %s exactly those layers change, and prediction and export agree with what was recorded', async (_name, unfreeze, part, expected) => {
  const recipe = recipeFor(unfreeze, { phases: [recipeFor(unfreeze).phases[1]!] })
  const features = createMemoryFeatureStore()
  const result = await run(recipe, { features })
  const trained = readTrainedWeights(result.trainedWeights)
  expect(trained.part).toBe(part)
  expect(changedLayers(trained.weights).toSorted()).toEqual(expected.toSorted())

  const model_ = { model, weightFile, classes, trainedWeights: result.trainedWeights }
  const recorded = result.predictions.filter(({ split }) => split === 'test')
  const predicted = await predictImages({ runtime, trained: model_, images: recorded, read })
  predicted.forEach((prediction, index) => expect(prediction.classes[0]!.probability).toBeCloseTo(recorded[index]!.probability, 4))
  const exported = await exportModel({ runtime, graphs: await createOnnxGraphRuntime(), trained: model_, manifest: manifestOf(images, classes), datasetName: 'shapes', recipe, seed: 7, summary: result.summary, read, features })
  expect(exported.rescored.largestDifference).toBeLessThan(1e-4)
})

test('computed in every epoch instead of cached, training comes to the same', async () => {
  const recipe = recipeFor({ layer: 'conv_dw_3' })
  const cached = await run(recipe)
  // Activations of every image at the cut take more than this; pixels do not.
  const recomputed = await run(recipe, { largestCacheBytes: 1 })
  expect(recomputed.summary.phases![1]!.plan).toMatch(/computed in each epoch/)
  expect(changedLayers(readTrainedWeights(recomputed.trainedWeights).weights).toSorted()).toEqual(['conv_dw_3', 'conv_dw_3_bn', 'conv_pw_3', 'conv_pw_3_bn'])
  recomputed.probabilities.forEach((value, index) => expect(value).toBeCloseTo(cached.probabilities[index]!, 3))
})

/** Keeps what is written; the newest first. */
function memoryCheckpoints(): CheckpointStore & { written: Uint8Array[] } {
  const written: Uint8Array[] = []
  return {
    written,
    async *read() {
      yield* written.toReversed()
    },
    write: async (bytes) => void written.push(bytes),
  }
}

test.each([[1], [3], [4]])('a trial lost after step %i goes on from its checkpoint to the same weights, bit by bit', async (lostAfter) => {
  const recipe = recipeFor({ layer: 'conv_dw_3' }, { head: { ...tinyRecipe.head, dense: [{ units: 16, activation: 'relu', dropout: 0.3 }] } })
  const whole = await run(recipe)
  const checkpoints = memoryCheckpoints()
  const lost = run(recipe, {
    checkpoints,
    checkpointSeconds: 0,
    onMetrics: ([point]) => {
      if (point!.step > lostAfter) throw new Error('the power went')
    },
  })
  await expect(lost).rejects.toThrow('the power went')
  expect(checkpoints.written).toHaveLength(lostAfter)
  const steps: number[] = []
  const resumed = await run(recipe, { checkpoints, checkpointSeconds: 0, onMetrics: ([point]) => void steps.push(point!.step) })
  expect(steps).toEqual([1, 2, 3, 4, 5])
  expect(checkpoints.written).toHaveLength(5)
  expect(resumed.summary.weightsSha256).toBe(whole.summary.weightsSha256)
  expect(resumed.probabilities).toEqual(whole.probabilities)
})

test('a baseline that was lost goes on from its checkpoint, too', async () => {
  const options = { model: tinyBaseline, weightFile: null }
  const recipe = recipeSchema.parse({ ...tinyRecipe, phases: [{ ...headPhase, epochs: 3 }] })
  const checkpoints = memoryCheckpoints()
  const whole = await run(recipe, { ...options, checkpoints, checkpointSeconds: 0 })
  checkpoints.written.pop()
  const steps: number[] = []
  const resumed = await run(recipe, { ...options, checkpoints, checkpointSeconds: 1e6, onMetrics: ([point]) => void steps.push(point!.step) })
  expect(steps).toEqual([1, 2, 3])
  expect(resumed.summary.weightsSha256).toBe(whole.summary.weightsSha256)
})

test('a damaged checkpoint, and one of another trial, are passed over', async () => {
  const recipe = recipeFor({ layer: 'conv_dw_3' })
  const checkpoints = memoryCheckpoints()
  const first = await run(recipe, { checkpoints, checkpointSeconds: 0 })
  const cut = checkpoints.written.at(-1)!.subarray(0, 1000)
  checkpoints.written.splice(0, checkpoints.written.length, cut)
  expect((await run(recipe, { checkpoints })).summary.weightsSha256).toBe(first.summary.weightsSha256)
  const other = memoryCheckpoints()
  await run(recipe, { seed: 8, checkpoints: other, checkpointSeconds: 0 })
  expect((await run(recipe, { checkpoints: other })).summary.weightsSha256).toBe(first.summary.weightsSha256)
})

test('a baseline has nothing to fine-tune, and memory that no image fits into is told', async () => {
  await expect(run(recipeFor('all'), { model: tinyBaseline, weightFile: null })).rejects.toMatchObject({ code: 'invalid_input', field: 'phases.1' })
  await expect(run(recipeFor('all'), { memoryBudget: 1e6 })).rejects.toMatchObject({ code: 'too_large' })
  await expect(run(recipeFor({ layer: 'conv_99' }))).rejects.toMatchObject({ code: 'not_found', field: 'phases.1.unfreeze.layer' })
})
