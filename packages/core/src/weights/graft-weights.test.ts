import { afterAll, beforeAll, expect, test } from 'vitest'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildNetwork } from '../network/build.ts'
import type { NetworkWeights } from '../network/description.ts'
import { openGraftWeights, writeGraftWeights, type Encoding, type GraftWeightsDescription } from './graft-weights.ts'
import { initializeWeights } from './initialize.ts'
import { loadWeightFile } from './load.ts'

const description: GraftWeightsDescription = {
  architecture: 'three-layer-convnet',
  alpha: 1,
  includeTop: true,
  classes: 3,
  preprocessing: { mode: 'unit', inputSize: [24, 24], interpolation: 'bilinear' },
  licence: 'Apache-2.0',
  source: 'a test',
  trainedOn: 'nothing',
}
const network = buildNetwork({ architecture: 'three-layer-convnet', inputSize: [24, 24], includeTop: true, classes: 3 })
const weights = initializeWeights(network, 11)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-weights-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function writtenAndRead(encoding: Encoding): Promise<NetworkWeights> {
  const path = join(folder, `${encoding.kind}.graft-weights`)
  await writeFile(path, writeGraftWeights(weights, description, (_layer, _weight, tensor) => (tensor.shape.length > 1 || encoding.kind !== 'int8' ? encoding : { kind: 'float32' })))
  return (await loadWeightFile(path, network)).weights
}

/** Largest difference over all tensors, relative to the largest value of the tensor. */
function largestDifference(read: NetworkWeights): number {
  return Math.max(
    ...[...weights].flatMap(([layer, own]) =>
      Object.entries(own).map(([name, { data }]) => {
        const magnitude = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-30)
        return data.reduce((largest, value, index) => Math.max(largest, Math.abs(value - read.get(layer)![name]!.data[index]!)), 0) / magnitude
      }),
    ),
  )
}

test('float32 is exact, float16 to 11 bits, int8 to half a step of its channel', async () => {
  expect(largestDifference(await writtenAndRead({ kind: 'float32' }))).toBe(0)
  expect(largestDifference(await writtenAndRead({ kind: 'float16' }))).toBeLessThan(2 ** -11)
  expect(largestDifference(await writtenAndRead({ kind: 'int8', axis: 1 }))).toBeLessThan(0.5 / 127 + 1e-6)
})

test('values that came from int8 come back bit for bit', async () => {
  const quantised = await writtenAndRead({ kind: 'int8', axis: 1 })
  const path = join(folder, 'again.graft-weights')
  await writeFile(path, writeGraftWeights(quantised, description, (_layer, _weight, tensor) => (tensor.shape.length > 1 ? { kind: 'int8', axis: 1 } : { kind: 'float32' })))
  const { weights: again } = await loadWeightFile(path, network)
  for (const [layer, own] of quantised) expect(again.get(layer)).toEqual(own)
})

test('the description is kept, equal weights give equal bytes', async () => {
  const bytes = writeGraftWeights(weights, description, () => ({ kind: 'float32' }))
  await writeFile(join(folder, 'a.graft-weights'), bytes)
  expect((await openGraftWeights(join(folder, 'a.graft-weights'))).description).toEqual(description)
  expect(Buffer.from(writeGraftWeights(weights, description, () => ({ kind: 'float32' }))).equals(Buffer.from(bytes))).toBe(true)
})

test('one flipped bit anywhere is noticed', async () => {
  const bytes = Buffer.from(writeGraftWeights(weights, description, () => ({ kind: 'float32' })))
  for (const position of [0, 9, 200, bytes.length - 1000, bytes.length - 1]) {
    const damaged = Buffer.from(bytes)
    damaged[position]! ^= 0x40
    const path = join(folder, `flipped-${position}`)
    await writeFile(path, damaged)
    await expect(loadWeightFile(path, network)).rejects.toMatchObject({ code: expect.stringMatching(/corrupt|unsupported|mismatch/) as string })
  }
})

test('the bundled MobileNetV2 says where it is from and loads with its top', async () => {
  const path = fileURLToPath(new URL('../../bundled/mobilenet-v2.graft-weights', import.meta.url))
  const stored = await openGraftWeights(path)
  expect(stored.description).toMatchObject({ architecture: 'MobileNetV2', licence: 'Apache-2.0', trainedOn: 'ImageNet', includeTop: true })
  const mobilenet = buildNetwork({ architecture: 'MobileNetV2', inputSize: [224, 224], includeTop: true })
  const { weights: loaded } = await loadWeightFile(path, mobilenet)
  // Values of the Keras file that it was made from.
  expect(loaded.get('Conv1')!['kernel']!.data.slice(0, 2)).toEqual(Float32Array.of(-0.30602601170539856, -1.4981787204742432))
  expect(loaded.get('predictions')!['kernel']!.shape).toEqual([1280, 1000])
  expect((await readFile(path)).length).toBeLessThan(4_000_000)
})
