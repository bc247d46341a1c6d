import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { trialSummarySchema } from '@graft/contracts/trial'
import { createOnnxGraphRuntime } from '@graft/core/runtime/onnx/onnx-graph-runtime'
import { createGraft, type CommandResult } from '../testing/graft.ts'
import { trainFolder, type TrainFolderOptions } from './train-folder.ts'
import { writeFeatures, type WriteFeaturesOptions } from './write-features.ts'

// The real commands on some of the sample photos, with the weights that ship with Graft; no server anywhere.
const samples = fileURLToPath(new URL('../../../../samples/sign-digits/train', import.meta.url))
let folder: string
let graft: (...words: string[]) => Promise<CommandResult>

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'graft-local-'))
  vi.stubEnv('GRAFT_CACHE', path.join(folder, 'cache'))
  graft = createGraft({ GRAFT_SERVER: 'http://127.0.0.1:9', GRAFT_CACHE: path.join(folder, 'cache') }, folder)
  for (const name of ['0', '5']) {
    const files = (await readdir(path.join(samples, name))).toSorted().slice(0, 12)
    await mkdir(path.join(folder, 'photos', name), { recursive: true })
    for (const file of files) await cp(path.join(samples, name, file), path.join(folder, 'photos', name, file))
  }
  await mkdir(path.join(folder, 'empty'))
  await cp(path.join(photos(), '5'), path.join(folder, 'single', '5'), { recursive: true })
  await writeFile(path.join(photos(), '0', 'broken.jpg'), 'no photo')
  await writeFile(path.join(folder, 'recipe.yaml'), 'name: short\nphases:\n  - kind: feature-extraction\n    epochs: 4\n    batchSize: 8\nhead:\n  dense:\n    - units: 32\n')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

const lines = async (name: string): Promise<string[]> => (await readFile(path.join(folder, name), 'utf8')).trimEnd().split(/\r?\n/)
const train = (out: string, ...more: string[]): Promise<CommandResult> => graft('train', 'photos', '--model', 'mobilenet-v2', '--recipe', 'recipe.yaml', '--out', out, ...more)
const photos = (): string => path.join(folder, 'photos')
const trainOptions = (): Omit<TrainFolderOptions, 'out'> => ({ model: 'mobilenet-v2', seed: '0', split: 'auto', device: 'cpu', splitSeed: '0', validation: true })
const featuresOptions = (): Omit<WriteFeaturesOptions, 'out'> => ({ model: 'mobilenet-v2', device: 'cpu', pooling: 'average' })

test('graft augment draws a sheet of training images; a recipe without augmentation, and another kind of file, are refused', async () => {
  expect(await graft('augment', 'photos', '--out', 'sheet.png')).toMatchObject({ code: 0, stdout: expect.stringMatching(/16 images, augmented: sheet\.png/) })
  const sheet = await readFile(path.join(folder, 'sheet.png'))
  expect([sheet.subarray(1, 4).toString(), sheet.readUInt32BE(16), sheet.readUInt32BE(20)]).toEqual(['PNG', 4 * 164 - 4, 4 * 164 - 4])
  expect(await graft('augment', 'photos', '--out', 'sheet.png', '--recipe', 'recipe.yaml')).toMatchObject({ code: 2, stderr: expect.stringContaining('no augmentation') })
  expect(await graft('augment', 'photos', '--out', 'sheet.txt')).toMatchObject({ code: 2, stderr: expect.stringContaining('sheet.txt') })
})

test('graft train writes everything; a second run gives the same weights, from cached features', async () => {
  const first = await train('run')
  expect(first).toMatchObject({ code: 0 })
  expect(first.stdout).toMatch(/test accuracy [\d.]+% \(95% interval [\d.]+% to [\d.]+%, 2 images\)/)
  expect(first.stderr).toMatch(/left out: 0\/broken\.jpg/)
  expect((await readdir(path.join(folder, 'run'))).toSorted()).toEqual(['import-report.json', 'labels.txt', 'metrics.jsonl', 'model-card.md', 'model.onnx', 'predictions.csv', 'summary.json', 'weights.safetensors'])

  const epochs = (await lines('run/metrics.jsonl')).map((line) => JSON.parse(line) as Record<string, number>)
  expect(epochs.map((epoch) => epoch['epoch'])).toEqual([1, 2, 3, 4])
  expect(epochs.every((epoch) => ['train/loss', 'train/accuracy', 'validation/loss', 'validation/accuracy', 'epoch/seconds'].every((name) => Number.isFinite(epoch[name])))).toBe(true)
  const predictions = await lines('run/predictions.csv')
  expect(predictions[0]).toBe('path,split,label,predicted,probability of 0,probability of 5')
  expect(predictions).toHaveLength(1 + 2 + 2)
  const summary = JSON.parse(await readFile(path.join(folder, 'run/summary.json'), 'utf8')) as { versions: Record<string, string>; weightsSha256: string }
  expect(trialSummarySchema.parse(summary)).toMatchObject({ epochs: 4, test: { images: 2 }, features: { reused: 0, computed: 24 } })
  expect(summary.versions).toMatchObject({ node: process.versions.node })

  const again = await train('again', '--json')
  expect(JSON.parse(again.stdout)).toMatchObject({ weightsSha256: summary.weightsSha256, features: { reused: 24, computed: 0 } })
  expect(await lines('again/predictions.csv')).toEqual(predictions)
})

test('graft train --no-validation trains on the validation images, too, and keeps the last epoch', async () => {
  const out = path.join(folder, 'whole')
  await trainFolder(photos(), { ...trainOptions(), recipe: path.join(folder, 'recipe.yaml'), validation: false, out })
  expect(JSON.parse(await readFile(path.join(out, 'summary.json'), 'utf8'))).toMatchObject({ bestEpoch: 4, dataset: { images: { train: 22, validation: 0, test: 2 } }, validation: { images: 0 } })
})

test('graft train and features go on without a feature cache that cannot be used, and say so', async () => {
  const cache = path.join(folder, 'no-cache')
  await mkdir(cache)
  await writeFile(path.join(cache, 'features'), 'no folder')
  const elsewhere = createGraft({ GRAFT_SERVER: 'http://127.0.0.1:9', GRAFT_CACHE: cache }, folder)
  const problem = /^The feature cache is not used: ENOTDIR: not a directory\.$/m
  expect(await elsewhere('train', 'photos', '--model', 'mobilenet-v2', '--recipe', 'recipe.yaml', '--out', 'uncached')).toMatchObject({ code: 0, stderr: expect.stringMatching(problem) })
  expect(await lines('uncached/predictions.csv')).toEqual(await lines('run/predictions.csv'))
  expect(await elsewhere('features', 'photos', '--model', 'mobilenet-v2', '--out', 'uncached.npy')).toMatchObject({ code: 0, stderr: expect.stringMatching(problem) })
})

test('the exported model runs and gives probabilities', async () => {
  const runtime = await createOnnxGraphRuntime()
  const session = await runtime.createSession(await readFile(path.join(folder, 'run/model.onnx')))
  const { output } = await session.run({ images: { type: 'uint8', shape: [1, 224, 224, 3], data: new Uint8Array(224 * 224 * 3) } })
  expect(output!.shape).toEqual([1, 2])
  expect((output!.data as Float32Array).reduce((sum, value) => sum + value)).toBeCloseTo(1, 5)
})

test('graft features writes a NumPy file and the list of images beside it', async () => {
  expect(await graft('features', 'photos', '--model', 'MobileNetV2', '--out', 'f.npy')).toMatchObject({ code: 0, stdout: expect.stringMatching(/24 images, shape 24 x 1280, layer out_relu/) })
  const file = await readFile(path.join(folder, 'f.npy'))
  expect(file.toString('latin1', 0, 128)).toContain("'shape': (24, 1280)")
  expect(file.length).toBe(128 + 24 * 1280 * 4)
  const files = await lines('f.files.txt')
  expect(files).toHaveLength(24)
  expect(files).toEqual(files.toSorted())
  expect(JSON.parse(await readFile(path.join(folder, 'f.json'), 'utf8'))).toMatchObject({ shape: [24, 1280], pooling: 'average', files, skipped: [{ path: '0/broken.jpg' }] })

  await writeFeatures(path.join(photos(), files[3]!), { ...featuresOptions(), layer: 'block_13_expand_relu', pooling: 'none', out: path.join(folder, 'one.npy') })
  expect((await readFile(path.join(folder, 'one.npy'))).toString('latin1', 0, 128)).toContain("'shape': (1, 14, 14, 576)")
  await writeFeatures(path.join(photos(), files[3]!), { ...featuresOptions(), out: path.join(folder, 'pooled.npy') })
  expect((await readFile(path.join(folder, 'pooled.npy'))).subarray(128)).toEqual(file.subarray(128 + 3 * 1280 * 4, 128 + 4 * 1280 * 4))
})

test.each<[string, string, Partial<TrainFolderOptions>, string, RegExp]>([
  ['an unknown model', 'photos', { model: 'mobilnet' }, 'not_found', /no model .*mobilnet/],
  ['no such folder', 'nowhere', {}, 'not_found', /no folder at/],
  ['an empty folder', 'empty', {}, 'invalid_input', /no files/],
  ['one class only', 'single', {}, 'invalid_input', /class/],
  ['a batch larger than the data', 'photos', { batchSize: '1000' }, 'invalid_input', /batch size/],
  ['a learning rate of 0', 'photos', { learningRate: '0' }, 'invalid_input', /greater than 0/],
  ['a seed that is none', 'photos', { seed: '-1' }, 'invalid_input', /seed/],
  ['weights that are none', 'photos', { weights: 'recipe.yaml' }, 'unsupported', /no weight file/],
  ['weights that are none, before a folder of one class is read', 'single', { weights: 'recipe.yaml' }, 'unsupported', /no weight file/],
  ['weights for a baseline', 'photos', { model: 'three-layer-convnet', weights: 'recipe.yaml' }, 'invalid_input', /from scratch/],
])('graft train with %s is a clear error and writes nothing', async (_name, given, more, code, message) => {
  const out = path.join(folder, 'x')
  const weights = more.weights === undefined ? {} : { weights: path.join(folder, more.weights) }
  await expect(trainFolder(path.join(folder, given), { ...trainOptions(), out, ...more, ...weights })).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  expect(await readdir(folder)).not.toContain('x')
})

test.each<[string, string, Partial<WriteFeaturesOptions>, string, RegExp]>([
  ['an unknown layer', 'photos', { layer: 'nix' }, 'not_found', /no layer "nix"/],
  ['an unknown pooling', 'photos', { pooling: 'sum' }, 'invalid_input', /pooling/],
  ['a model without weights', 'photos', { model: 'three-layer-convnet' }, 'unavailable', /no weights/],
  ['a file that is no image', 'recipe.yaml', {}, 'invalid_input', /usable image/],
  ['a folder that is not there', 'photos', { out: 'no/x.npy' }, 'not_found', /no folder/],
])('graft features with %s is a clear error and writes nothing', async (_name, given, more, code, message) => {
  const out = path.join(folder, more.out ?? 'x.npy')
  await expect(writeFeatures(path.join(folder, given), { ...featuresOptions(), ...more, out })).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  expect((await readdir(folder)).filter((name) => name.startsWith('x'))).toEqual([])
})

test('graft features names where all layers stand, and says one image in the singular', async () => {
  expect(await graft('features', 'photos', '--model', 'mobilenet-v2', '--layer', 'block_99', '--out', 'y.npy')).toMatchObject({ code: 3, stderr: expect.stringMatching(/no layer "block_99"\.\nhint: .*`graft models show mobilenet-v2` lists them all\./) })
  const image = path.join('photos', '5', (await readdir(path.join(photos(), '5')))[0]!)
  expect(await graft('features', image, '--model', 'mobilenet-v2', '--out', 'one-image.npy')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 image, shape/) })
})

test('an output folder in use is not touched: one line, a hint, an exit code', async () => {
  const { code, stderr } = await train('run')
  expect(code).toBe(4)
  expect(stderr).toMatch(/^error: .*not empty.*\nhint: .*--overwrite/)
})
