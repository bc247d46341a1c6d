import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trialSummarySchema } from '@graft/contracts/trial'
import { createOnnxRuntime } from '@graft/core/runtime/onnx-runtime'
import { createGraft, type CommandResult } from '../testing/graft.ts'

// The real commands on some of the sample photos, with the weights that ship with Graft; no server anywhere.
const samples = fileURLToPath(new URL('../../../../samples/sign-digits/train', import.meta.url))
let folder: string
let graft: (...words: string[]) => Promise<CommandResult>

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'graft-local-'))
  graft = createGraft({ GRAFT_SERVER: 'http://127.0.0.1:9', GRAFT_CACHE: path.join(folder, 'cache') }, folder)
  for (const name of ['0', '5']) {
    const files = (await readdir(path.join(samples, name))).toSorted().slice(0, 12)
    await mkdir(path.join(folder, 'photos', name), { recursive: true })
    for (const file of files) await cp(path.join(samples, name, file), path.join(folder, 'photos', name, file))
  }
  await writeFile(path.join(folder, 'photos', '0', 'broken.jpg'), 'no photo')
  await writeFile(path.join(folder, 'recipe.yaml'), 'name: short\nphases:\n  - kind: feature-extraction\n    epochs: 4\n    batchSize: 8\nhead:\n  dense:\n    - units: 32\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const lines = async (name: string): Promise<string[]> => (await readFile(path.join(folder, name), 'utf8')).trimEnd().split(/\r?\n/)
const train = (out: string, ...more: string[]): Promise<CommandResult> => graft('train', 'photos', '--model', 'mobilenet-v2', '--recipe', 'recipe.yaml', '--out', out, ...more)

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
  const { stdout } = await train('whole', '--no-validation', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ bestEpoch: 4, dataset: { images: { train: 22, validation: 0, test: 2 } }, validation: { images: 0 } })
})

test('the exported model runs and gives probabilities', async () => {
  const runtime = await createOnnxRuntime()
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

  const one = await graft('features', path.join('photos', files[3]!), '--model', 'mobilenet-v2', '--layer', 'block_13_expand_relu', '--pooling', 'none', '--out', 'one.npy')
  expect(one.stdout).toMatch(/shape 1 x 14 x 14 x 576/)
  await graft('features', path.join('photos', files[3]!), '--model', 'mobilenet-v2', '--out', 'pooled.npy')
  expect((await readFile(path.join(folder, 'pooled.npy'))).subarray(128)).toEqual(file.subarray(128 + 3 * 1280 * 4, 128 + 4 * 1280 * 4))
})

const bad: [string, string[], number, RegExp][] = [
  ['an unknown model', ['train', 'photos', '--model', 'mobilnet', '--out', 'x'], 3, /no model .*mobilnet/],
  ['no such folder', ['train', 'nowhere', '--model', 'mobilenet-v2', '--out', 'x'], 3, /no folder at "nowhere"/],
  ['an empty folder', ['train', 'empty', '--model', 'mobilenet-v2', '--out', 'x'], 2, /no files/],
  ['one class only', ['train', 'single', '--model', 'mobilenet-v2', '--out', 'x'], 2, /class/],
  ['an output folder in use', ['train', 'photos', '--model', 'mobilenet-v2', '--out', 'run'], 4, /not empty/],
  ['a batch larger than the data', ['train', 'photos', '--model', 'mobilenet-v2', '--batch-size', '1000', '--out', 'x'], 2, /batch size/],
  ['a learning rate of 0', ['train', 'photos', '--model', 'mobilenet-v2', '--learning-rate', '0', '--out', 'x'], 2, /greater than 0/],
  ['a seed that is none', ['train', 'photos', '--model', 'mobilenet-v2', '--seed', '-1', '--out', 'x'], 2, /seed/],
  ['weights that are none', ['train', 'photos', '--model', 'mobilenet-v2', '--weights', 'recipe.yaml', '--out', 'x'], 7, /no weight file/],
  ['weights for a baseline', ['train', 'photos', '--model', 'three-layer-convnet', '--weights', 'recipe.yaml', '--out', 'x'], 2, /from scratch/],
  ['an unknown layer', ['features', 'photos', '--model', 'mobilenet-v2', '--layer', 'nix', '--out', 'x.npy'], 3, /no layer "nix"/],
  ['an unknown pooling', ['features', 'photos', '--model', 'mobilenet-v2', '--pooling', 'sum', '--out', 'x.npy'], 2, /pooling/],
  ['features of a baseline', ['features', 'photos', '--model', 'three-layer-convnet', '--out', 'x.npy'], 6, /no weights/],
  ['features of no image', ['features', 'recipe.yaml', '--model', 'mobilenet-v2', '--out', 'x.npy'], 2, /usable image/],
  ['features into no folder', ['features', 'photos', '--model', 'mobilenet-v2', '--out', 'no/x.npy'], 3, /no folder/],
]
test('bad input: one line, a hint, an exit code, and nothing written', async () => {
  await mkdir(path.join(folder, 'empty'), { recursive: true })
  await cp(path.join(folder, 'photos', '5'), path.join(folder, 'single', '5'), { recursive: true })
  for (let first = 0; first < bad.length; first += 2) {
    await Promise.all(
      bad.slice(first, first + 2).map(async ([name, words, code, message]) => {
        const result = await graft(...words)
        expect({ name, code: result.code }).toEqual({ name, code })
        expect(result.stderr).toMatch(message)
        expect(result.stderr).toMatch(/^hint: /m)
        expect(result.stderr).not.toMatch(/\n\s+at /)
      }),
    )
  }
  expect((await readdir(folder)).filter((name) => name.startsWith('x'))).toEqual([])
})
