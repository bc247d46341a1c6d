import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Recipe } from '@graft/contracts/recipe'
import type { ArtifactKind } from '@graft/contracts/trial'
import onnxProto from 'onnx-proto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryFeatureStore } from '../features/testing/memory-feature-store.ts'
import { makeTestImages, type TestImage } from '../features/testing/test-images.ts'
import { createOnnxRuntime, type OnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import { manifestOf, tinyBaseline, tinyModel, tinyRecipe, writeTinyWeights } from '../trial/testing/tiny-trial.ts'
import { runTrial, type TrialResult } from '../trial/run-trial.ts'
import type { WeightFile } from '../trial/trunk.ts'
import { readSafetensors } from '../weights/safetensors.ts'
import { exportModel, type ExportedModel, type ExportOptions } from './export-model.ts'
import { compareProbabilities } from './rescore.ts'

// Inside the package, so that the model card's Node program finds onnxruntime-node and sharp.
const parent = fileURLToPath(new URL('../../node_modules', import.meta.url))
let folder: string
let runtime: OnnxRuntime
let images: TestImage[]
let weightFile: WeightFile
let result: TrialResult
const classes = ['plain', '<b>=cmd|`x`', 'wide']
const read = async (image: { sha256: string }): Promise<Uint8Array> => (images.find((candidate) => candidate.sha256 === image.sha256) as TestImage).bytes
const trial = (model = tinyModel): Promise<TrialResult> =>
  runTrial({ runtime, model, weightFile: model.pretrained ? weightFile : null, manifest: manifestOf(images, classes), recipe: tinyRecipe, seed: 1, read, features: createMemoryFeatureStore() })

beforeAll(async () => {
  folder = await mkdtemp(join(parent, '.export-test-'))
  runtime = await createOnnxRuntime({ threads: 2 })
  images = await makeTestImages(3, 20)
  weightFile = await writeTinyWeights(folder)
  result = await trial()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const exported = (more: Partial<ExportOptions> = {}): Promise<ExportedModel> =>
  exportModel({
    runtime,
    graphs: runtime.graphs,
    trained: { model: tinyModel, weightFile, classes, trainedWeights: result.trainedWeights },
    manifest: manifestOf(images, classes),
    datasetName: 'stripes',
    recipe: tinyRecipe,
    seed: 1,
    summary: result.summary,
    read,
    features: createMemoryFeatureStore(),
    ...more,
  })
const textOf = ({ files }: ExportedModel, kind: ArtifactKind): string => Buffer.from(bytesOf({ files }, kind)).toString()
const bytesOf = ({ files }: Pick<ExportedModel, 'files'>, kind: ArtifactKind): Uint8Array => files.find((file) => file.kind === kind)!.bytes
const recordedTest = (): Float32Array => result.probabilities.slice(12 * 3)

test('one graph from pixels to probabilities, with labels and preprocessing in it', async () => {
  const written = await exported({ recorded: recordedTest() })
  expect(written.rescored.accuracy).toBe(result.summary.test.accuracy)
  expect(written.rescored.largestDifference).toBeLessThan(1e-5)
  expect(textOf(written, 'labels')).toBe('plain\n<b>=cmd|`x`\nwide\n')
  const model = onnxProto.onnx.ModelProto.decode(bytesOf(written, 'onnx'))
  const metadata = Object.fromEntries(model.metadataProps!.map(({ key, value }) => [key, value]))
  expect(JSON.parse(metadata['labels']!)).toEqual(classes)
  expect(JSON.parse(metadata['preprocessing']!)).toMatchObject({ mode: 'tf', inputSize: [32, 32], layout: 'NHWC', channels: 'RGB', type: 'uint8' })
  expect(metadata['weightsSha256']).toBe(result.summary.weightsSha256)
  expect(model.graph!.input!.map(({ name }) => name)).toEqual(['images'])
  const used = new Set(model.graph!.node!.flatMap((node) => node.input!))
  expect(model.graph!.initializer!.filter(({ name }) => !used.has(name!))).toEqual([])
})

test('without recorded probabilities the trial is gone through again from its features', async () => {
  expect((await exported()).rescored.accuracy).toBe(result.summary.test.accuracy)
})

test('a baseline is exported, too', async () => {
  const baseline = await trial(tinyBaseline)
  const { rescored } = await exported({ trained: { model: tinyBaseline, weightFile: null, classes, trainedWeights: baseline.trainedWeights }, summary: baseline.summary })
  expect(rescored).toMatchObject({ accuracy: baseline.summary.test.accuracy })
})

test('every format is read again and says the same; the card tells how each is used', async () => {
  const written = await exported({ recorded: recordedTest(), formats: ['keras', 'tfjs', 'safetensors'] })
  expect(written.files.map(({ name }) => name)).toEqual(['model.h5', 'tfjs/model.json', 'tfjs/weights.bin', 'model.safetensors', 'labels.txt', 'model-card.md'])
  expect(written.rescored.largestDifference).toBeLessThan(1e-4)
  expect(textOf(written, 'model-card')).toContain('keras.models.load_model("model.h5")')
  expect(textOf(written, 'model-card')).not.toContain('onnxruntime')
  const { metadata } = readSafetensors(bytesOf(written, 'safetensors'))
  expect(metadata['weightsSha256']).toBe(result.summary.weightsSha256)
  await expect(exported({ recorded: recordedTest().map((value) => 1 - value), formats: ['keras'] })).rejects.toMatchObject({ code: 'mismatch' })
})

test('two classes by one sigmoid: every file has a column for each label', async () => {
  const two = images.filter(({ classIndex }) => classIndex < 2)
  const recipe: Recipe = { ...tinyRecipe, loss: { name: 'binary-cross-entropy' } }
  const manifest = manifestOf(two, classes.slice(0, 2))
  const binary = await runTrial({ runtime, model: tinyModel, weightFile, manifest, recipe, seed: 1, read, features: createMemoryFeatureStore() })
  const written = await exported({ trained: { model: tinyModel, weightFile, classes: classes.slice(0, 2), trainedWeights: binary.trainedWeights }, manifest, recipe, summary: binary.summary, formats: ['onnx', 'keras'] })
  expect(written.rescored).toMatchObject({ accuracy: binary.summary.test.accuracy })
  const output = onnxProto.onnx.ModelProto.decode(bytesOf(written, 'onnx')).graph!.output![0]!
  expect(output.type!.tensorType!.shape!.dim!.map(({ dimValue, dimParam }) => dimParam || Number(dimValue))).toEqual(['N', 2])
})

test('nothing is published when predictions are not the recorded ones', async () => {
  const changed = recordedTest()
  changed[4] = (changed[4] as number) + 2e-4
  await expect(exported({ recorded: changed })).rejects.toMatchObject({ code: 'mismatch', message: expect.stringContaining('class 0/9.png') })
  await expect(exported({ summary: { ...result.summary, test: { ...result.summary.test, loss: result.summary.test.loss + 0.5 } } })).rejects.toMatchObject({ code: 'mismatch' })
  const other = await trial({ ...tinyModel, id: 'other' })
  await expect(exported({ trained: { model: tinyModel, weightFile: await writeTinyWeights(folder, 3), classes, trainedWeights: other.trainedWeights } })).rejects.toMatchObject({ code: 'mismatch' })
})

const compare = (recorded: number[], now: number[]): number => compareProbabilities(Float32Array.from(recorded), Float32Array.from(now), 3, String)
test.each([
  ['equal', [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]],
  ['a tie that falls the other way', [0.40001, 0.39999, 0.2], [0.39999, 0.40001, 0.2]],
])('taken as the same: %s', (_name, recorded, now) => {
  expect(compare(recorded, now)).toBeLessThanOrEqual(1e-4)
})
test.each([
  ['over the tolerance', [0.5, 0.3, 0.2], [0.5002, 0.2998, 0.2]],
  ['not a number', [0.5, 0.3, 0.2], [Number.NaN, 0.3, 0.2]],
  ['fewer images', [0.5, 0.3, 0.2], []],
])('refused: %s', (_name, recorded, now) => {
  expect(() => compare(recorded, now)).toThrow(/exported model/)
})

test('the model card says where it comes from and how good it is; names in it stay text', async () => {
  const modelCard = textOf(await exported(), 'model-card')
  for (const part of ['# stripes: Tiny MobileNet', 'd'.repeat(64), '| test | 12 | 100.0% | 75.8% to 100.0% |', 'Adam (learningRate 0.05', 'licence Apache-2.0', 'uint8, [N, 32, 32, 3]', result.summary.weightsSha256]) expect(modelCard).toContain(part)
  expect(modelCard).toContain('\\<b\\>=cmd\\|\\`x\\`')
  expect(modelCard).not.toContain('<b>')
})

test("the model card's Node program runs and finds the class", async () => {
  const written = await exported()
  const program = /```js\n([\s\S]*?)\n```/.exec(textOf(written, 'model-card'))![1]!
  await Promise.all([
    writeFile(join(folder, 'model.onnx'), bytesOf(written, 'onnx')),
    writeFile(join(folder, 'labels.txt'), bytesOf(written, 'labels')),
    writeFile(join(folder, 'program.mjs'), program),
    writeFile(join(folder, 'image.png'), images[45]!.bytes),
  ])
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs', 'image.png'], { cwd: folder })
  expect(stdout.split('label:')[1]).toContain("'wide'")
})
