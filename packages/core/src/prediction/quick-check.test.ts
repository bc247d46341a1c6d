import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTestImages, type TestImage } from '../features/testing/test-images.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { manifestOf, tinyBaseline, tinyModel, writeTinyWeights } from '../trial/testing/tiny-trial.ts'
import type { WeightFile } from '../trial/trunk.ts'
import { findModel } from '../weights/catalog.ts'
import { imagenetLabels } from '../weights/imagenet-labels.ts'
import { resolveWeights } from '../weights/resolve.ts'
import { quickCheck } from './quick-check.ts'

const birds = fileURLToPath(new URL('../../../../../shared/datasets/birds/test', import.meta.url))
const { model } = findModel('mobilenet-v2')
let folder: string
let runtime: Runtime
let bundled: WeightFile
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-check-'))
  runtime = await createOnnxRuntime()
  bundled = (await resolveWeights('mobilenet-v2', { cacheFolder: folder })) as WeightFile
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const check = (images: TestImage[], classes: string[], more: { model?: typeof model; weightFile?: WeightFile | null } = {}) =>
  quickCheck({ runtime, model, weightFile: bundled, manifest: manifestOf(images, classes), read: async (image) => images.find((one) => one.path === image.path)!.bytes, ...more })

test('five labels a class, most probable first, of the first training image', async () => {
  const samples = await check(await makeTestImages(2, 10), ['a', 'b'])
  expect(samples.map((sample) => [sample.classIndex, sample.path])).toEqual([[0, 'class 0/0.png'], [1, 'class 1/0.png']])
  for (const { top } of samples) {
    expect(top).toHaveLength(5)
    expect(top.every(({ className }) => imagenetLabels.includes(className))).toBe(true)
    expect(top.map(({ probability }) => probability)).toEqual(top.map(({ probability }) => probability).toSorted((a, b) => b - a))
  }
})

test.skipIf(!existsSync(birds))('a pelican is a pelican, an albatross an albatross (needs the shared birds)', async () => {
  const images = await Promise.all(
    ['Black_footed_Albatross', 'Brown_Pelican'].map(async (name, classIndex): Promise<TestImage> => {
      const file = (await readdir(join(birds, name))).toSorted()[0] as string
      const bytes = await readFile(join(birds, name, file))
      return { path: `${name}/${file}`, sha256: createHash('sha256').update(bytes).digest('hex'), classIndex, bytes }
    }),
  )
  const samples = await check(images, ['albatross', 'pelican'])
  expect(samples.map(({ top }) => top.map(({ className }) => className))).toEqual([expect.arrayContaining(['albatross']), expect.arrayContaining(['pelican'])])
})

test('a model without its ImageNet top says so', async () => {
  const images = await makeTestImages(2, 10)
  const tiny = await writeTinyWeights(folder)
  await expect(check(images, ['a', 'b'], { model: tinyModel, weightFile: tiny })).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('no top') })
  await expect(check(images, ['a', 'b'], { model: tinyBaseline, weightFile: null })).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('from scratch') })
  await expect(check(images, ['a', 'b'], { weightFile: { ...bundled, info: { ...bundled.info, trainedOn: 'another task' } } })).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('another task') })
})
