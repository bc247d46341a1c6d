import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildNetwork } from '../network/build.ts'
import { cutNetwork } from '../network/cut.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { inspectWeightFile } from './inspect.ts'
import { loadWeightFile } from './load.ts'
import { openWeightFile } from './open.ts'

/** Layer, position in the layer, shape, sum, sum of squares, first and last value; written by tools/parity/weights.py. */
type Checksum = [layer: string, index: number, shape: number[], sum: number, squares: number, first: number, last: number]
const golden = (name: string): string => fileURLToPath(new URL(`golden/${name}`, import.meta.url))
const checksums = JSON.parse(await readFile(golden('checksums.json'), 'utf8')) as Record<string, Checksum[]>

const mobilenet = cutNetwork(buildNetwork({ architecture: 'MobileNet', alpha: 0.25, inputSize: [32, 32], includeTop: false }), 'conv_pw_3_relu')
const xception = cutNetwork(buildNetwork({ architecture: 'Xception', inputSize: [71, 71], includeTop: false }), 'block3_sepconv1_act')
const convnet = buildNetwork({ architecture: 'three-layer-convnet', inputSize: [24, 24], includeTop: true, classes: 4 })

function checksumsOf(network: Network, weights: NetworkWeights): Checksum[] {
  return [...weightSpecifications(network)].flatMap(([layer, specifications]) =>
    specifications.map((specification, index): Checksum => {
      const { shape, data } = weights.get(layer)![specification.name]!
      return [layer, index, [...shape], data.reduce((sum, value) => sum + value, 0), data.reduce((sum, value) => sum + value * value, 0), data[0]!, data.at(-1)!]
    }),
  )
}

/** Sums are taken in another order there. */
function near(rows: Checksum[]): unknown[][] {
  return rows.map(([layer, index, shape, ...values]) => [layer, index, shape, ...values.map((value) => expect.closeTo(value, 6) as unknown)])
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-load-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each([
  ['mobilenet.h5', 'keras-h5'],
  ['mobilenet.whole.h5', 'keras-h5'],
  ['mobilenet.chunked.h5', 'keras-h5'],
  ['mobilenet.nested.h5', 'keras-h5'],
  ['mobilenet.weights.h5', 'keras-weights-h5'],
  ['mobilenet.nested.weights.h5', 'keras-weights-h5'],
  ['mobilenet.unnamed.weights.h5', 'keras-weights-h5'],
  ['mobilenet.keras', 'keras-archive'],
  ['mobilenet.safetensors', 'safetensors'],
])('%s, as Keras wrote it, loads by name', async (file, format) => {
  const loaded = await loadWeightFile(golden(file), mobilenet)
  expect(loaded.format).toBe(format)
  expect(checksumsOf(mobilenet, loaded.weights)).toEqual(near(checksums['mobilenet']!))
})

test('half precision is exact to its last bit', async () => {
  const { weights } = await loadWeightFile(golden('mobilenet.half.safetensors'), mobilenet)
  const { weights: whole } = await loadWeightFile(golden('mobilenet.h5'), mobilenet)
  for (const [layer, tensors] of whole) {
    for (const [name, { data }] of Object.entries(tensors)) {
      const halves = weights.get(layer)![name]!.data
      data.forEach((value, index) => expect(Math.abs(halves[index]! - value)).toBeLessThanOrEqual(Math.max(Math.abs(value), 2 ** -14) * 2 ** -11))
    }
  }
})

test.each([['xception.h5'], ['xception.weights.h5']])('%s: layers that Keras only counts are matched although its counter began elsewhere', async (file) => {
  const { weights } = await loadWeightFile(golden(file), xception)
  expect(checksumsOf(xception, weights).map((row) => row.slice(1))).toEqual(near(checksums['xception']!).map((row) => row.slice(1)))
})

test.each([['three-layer-convnet.h5'], ['three-layer-convnet.keras']])('%s: a network without any fixed name', async (file) => {
  const { weights } = await loadWeightFile(golden(file), convnet)
  expect(checksumsOf(convnet, weights)).toEqual(near(checksums['three-layer-convnet']!))
})

test('a file with a top loads into the network without it', async () => {
  const trunk = buildNetwork({ architecture: 'three-layer-convnet', inputSize: [24, 24], includeTop: false })
  const { weights } = await loadWeightFile(golden('three-layer-convnet.h5'), trunk)
  expect(checksumsOf(trunk, weights)).toEqual(near(checksums['three-layer-convnet']!.slice(0, 6)))
})

test('a file of a cut network does not load into the whole: the error names the layer', async () => {
  const whole = buildNetwork({ architecture: 'MobileNet', alpha: 0.25, inputSize: [32, 32], includeTop: false })
  await expect(loadWeightFile(golden('mobilenet.h5'), whole)).rejects.toMatchObject({ code: 'mismatch', message: expect.stringContaining('conv_dw_4') as string })
})

test.each(['mobilenet.h5', 'mobilenet.weights.h5', 'mobilenet.unnamed.weights.h5', 'mobilenet.keras', 'mobilenet.safetensors'])('%s in another alpha: the error shows layer, expected and found shape', async (file) => {
  const other = cutNetwork(buildNetwork({ architecture: 'MobileNet', alpha: 0.5, inputSize: [32, 32], includeTop: false }), 'conv_pw_3_relu')
  await expect(loadWeightFile(golden(file), other)).rejects.toMatchObject({
    code: 'mismatch',
    message: expect.stringMatching(/Layer conv1\b.*\(3, 3, 3, 16\).*\(3, 3, 3, 8\)/) as string,
    hint: expect.stringContaining('another architecture') as string,
  })
})

test('names of Keras 1 and double precision in HDF5; half precision is refused', async () => {
  const stored = await openWeightFile(golden('unusual.h5'))
  try {
    expect(stored.layers.map(({ name, tensors }) => [name, tensors.map((tensor) => tensor.name)])).toEqual([
      ['half', ['half_W_1:0', 'half_b_1:0']],
      ['double', ['double/kernel:0']],
    ])
    expect(() => stored.layers[0]!.tensors[0]!.read()).toThrow(expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('half_W_1:0') as string }))
    expect([...stored.layers[1]!.tensors[0]!.read()]).toEqual([...Float32Array.of(0.1, 0.2)])
  } finally {
    stored.close()
  }
})

test('a link into another file is not followed', async () => {
  await expect(openWeightFile(golden('linked.h5'))).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('stolen') as string })
})

test('a Lambda layer is refused, not run', async () => {
  await expect(openWeightFile(golden('lambda.keras'))).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('Lambda') as string })
})

test('what is inside a file, without its values', async () => {
  const content = await inspectWeightFile(golden('three-layer-convnet.keras'))
  expect(content.format).toBe('keras-archive')
  expect(content.layers.find((layer) => layer.name === 'dense')?.weights.map(({ shape }) => shape)).toEqual([[64, 64], [64]])
})

test.each([
  ['empty.h5', Buffer.alloc(0), 'corrupt'],
  ['text.h5', Buffer.from('not a weight file at all'), 'unsupported'],
  ['page.h5', Buffer.from('<!doctype html><title>404</title>'), 'unsupported'],
  ['model.pkl', Buffer.from('\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00}.', 'latin1'), 'unsupported'],
  ['archive.keras', Buffer.from('PK\x03\x04 and then nothing of use', 'latin1'), 'corrupt'],
  ['short.graft-weights', Buffer.from('GRAFTW'), 'corrupt'],
  ['future.graft-weights', Buffer.from('GRAFTW99 something of a later version'), 'unsupported'],
])('%s is refused with %s', async (name, bytes, code) => {
  await writeFile(join(folder, name), bytes)
  await expect(loadWeightFile(join(folder, name), mobilenet)).rejects.toMatchObject({ code })
})

test.each(['mobilenet.h5', 'mobilenet.weights.h5', 'mobilenet.keras', 'mobilenet.safetensors'])('%s cut off anywhere is an error, never wrong weights', async (file) => {
  const bytes = await readFile(golden(file))
  for (const part of [0.1, 0.5, 0.9, 0.999]) {
    const path = join(folder, `cut-${part}-${file}`)
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * part)))
    await expect(loadWeightFile(path, mobilenet)).rejects.toMatchObject({ code: expect.stringMatching(/corrupt|mismatch|unsupported/) as string })
  }
})

test('a file that is not there, and an aborted load', async () => {
  await expect(loadWeightFile(join(folder, 'nowhere.h5'), mobilenet)).rejects.toMatchObject({ code: 'not_found' })
  await copyFile(golden('mobilenet.h5'), join(folder, 'model'))
  await expect(loadWeightFile(join(folder, 'model'), mobilenet, AbortSignal.abort())).rejects.toThrow('aborted')
  // Recognised by content: the name says nothing.
  expect((await loadWeightFile(join(folder, 'model'), mobilenet)).format).toBe('keras-h5')
})
