import { afterAll, beforeAll, expect, test } from 'vitest'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openTfjsLayers } from './tfjs-layers.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-tfjs-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** Three tensors, plain and quantised, in two shards that split the first one. */
const weights = [
  { name: 'dense/kernel', shape: [2, 1], dtype: 'float32' },
  { name: 'dense/bias', shape: [1], dtype: 'float32', quantization: { dtype: 'uint8', min: -1, scale: 0.5 } },
  { name: 'other/kernel', shape: [2], dtype: 'float32', quantization: { dtype: 'uint16', min: 0, scale: 0.25 } },
  { name: 'other/bias', shape: [1], dtype: 'float32', quantization: { dtype: 'float16' } },
]
const bytes = Buffer.from([...new Uint8Array(Float32Array.of(1.5, -2).buffer), 3, 1, 0, 0, 1, 0x00, 0x3e])
const model = (changes: object = {}, paths = ['a.bin', 'b.bin']): object => ({ format: 'layers-model', modelTopology: { model_config: {} }, weightsManifest: [{ paths, weights }], ...changes })

async function folder(name: string, description: object, shards: Record<string, Buffer> = { 'a.bin': bytes.subarray(0, 5), 'b.bin': bytes.subarray(5) }): Promise<string> {
  const path = join(root, name)
  await mkdir(path)
  await writeFile(join(path, 'model.json'), JSON.stringify(description))
  for (const [shard, content] of Object.entries(shards)) await writeFile(join(path, shard), content)
  return path
}

test('plain and quantised weights across shards', async () => {
  const stored = await openTfjsLayers(await folder('plain', model()))
  expect(stored.layers.map(({ name, tensors }) => [name, tensors.map((tensor) => [tensor.name, tensor.shape, Array.from(tensor.read())])])).toEqual([
    ['dense', [['dense/kernel', [2, 1], [1.5, -2]], ['dense/bias', [1], [0.5]]]],
    ['other', [['other/kernel', [2], [0.25, 64]], ['other/bias', [1], [1.5]]]],
  ])
})

test('a graph model is refused with what to do', async () => {
  const entry = createRequire(import.meta.url).resolve('nsfwjs')
  await expect(openTfjsLayers(join(dirname(entry), '../models/mobilenet_v2_mid'))).rejects.toMatchObject({ code: 'unsupported', hint: expect.stringContaining('tfjs_layers_model') as string })
})

test.each([
  ['no model', {}, 'corrupt', undefined],
  ['outside', model({}, ['../a.bin']), 'corrupt', undefined],
  ['short', model(), 'corrupt', { 'a.bin': bytes.subarray(0, 5), 'b.bin': bytes.subarray(5, 9) }],
  ['integers', model({ weightsManifest: [{ paths: ['a.bin'], weights: [{ name: 'x/y', shape: [1], dtype: 'int32' }] }] }), 'unsupported', undefined],
])('%s is refused', async (name, description, code, shards) => {
  await expect(openTfjsLayers(await folder(name, description, shards))).rejects.toMatchObject({ code })
})

test('a folder with nothing of it', async () => {
  await expect(openTfjsLayers(root)).rejects.toMatchObject({ code: 'unsupported' })
})
