import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFolder } from '../dataset/folder-source.ts'
import { importDataset } from '../dataset/import.ts'
import { pixelBatches } from '../image/pixel-batches.ts'
import { buildNetwork } from '../network/build.ts'
import type { Tensor } from '../network/description.ts'
import { joinNetworks, type WeightedNetwork } from '../prediction/join-networks.ts'
import { createRandom } from '@graft/statistics/random'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { recordAgreement, recordRelativeAgreement } from '../testing/agreement.ts'
import { headNetwork } from '../training/head-network.ts'
import { sampleTensor } from '../training/labelled-samples.ts'
import { findModel } from '../weights/catalog.ts'
import { initializeWeights } from '../weights/initialize.ts'
import { loadWeightFile } from '../weights/load.ts'
import { readSafetensors, writeSafetensors } from '../weights/safetensors.ts'
import { freezeBoundary } from './boundary.ts'
import { cutBelow } from './cut.ts'
import { weightedTail } from './tail-network.ts'

// Real weights and photographs, and Keras beside us in the same minute: told where they are not.
const python = process.env['GRAFT_PARITY_PYTHON']
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const weightFile = path.join(root, '../shared/models/keras_vgg16_notop/vgg16_notop.h5')
const birds = path.join(root, '../shared/datasets/birds')
const cannot = process.env['KERAS_BACKEND'] === 'numpy' ? "Keras's NumPy backend does not train" : undefined
const missing = python === undefined ? 'GRAFT_PARITY_PYTHON is not set' : cannot ?? [weightFile, birds].find((file) => !existsSync(file))
if (missing !== undefined) console.log(`skipped, the run beside Keras: ${missing}`)

const { preprocessing } = findModel('vgg16').model
const recipe = { batchSize: 16, epochs: 3, learningRate: 1e-3, momentum: 0.9 }
let folder: string
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'graft-keras-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The birds that are trained on, in the dataset's order. */
async function photographs(): Promise<{ pixels: Uint8Array; labels: Int32Array; classes: number }> {
  const source = await openFolder(birds)
  const { manifest } = await importDataset({ source, splitRule: 'folders', seed: 0 })
  const images = manifest.images.filter(({ split }) => split !== 'test')
  for await (const { pixels } of pixelBatches({ images, read: (image) => source.read(image.path), preprocessing, batchSize: images.length })) {
    return { pixels, labels: Int32Array.from(images, ({ classIndex }) => classIndex), classes: manifest.classes.length }
  }
  throw new Error('no birds')
}

test.skipIf(missing !== undefined)('VGG16 on the birds from block5 up: every batch has the loss that Keras has', { timeout: 600_000 }, async () => {
  const { pixels, labels, classes } = await photographs()
  const count = labels.length
  const network = buildNetwork({ architecture: 'VGG16', inputSize: preprocessing.inputSize, includeTop: false })
  const { weights } = await loadWeightFile(weightFile, network)
  const head = headNetwork({ pooling: 'average', dense: [] }, 512, classes)
  const headWeights = initializeWeights(head, 1)
  const whole = joinNetworks({ network, weights }, 'average', { network: head, weights: headWeights })
  const boundary = freezeBoundary(network, { block: 'block5' })
  const cut = cutBelow(network, boundary.index).name
  expect(cut).toBe('block4_pool')

  const random = createRandom(1)
  const orders = Array.from({ length: recipe.epochs }, (_, epoch) => random.fork(`order/${epoch}`).shuffle(Int32Array.from({ length: count }, (_value, index) => index)))
  const stepsPerEpoch = Math.ceil(count / recipe.batchSize)
  const table = new Float32Array(recipe.epochs * stepsPerEpoch * recipe.batchSize).fill(-1)
  for (const [epoch, order] of orders.entries()) table.set(order, epoch * stepsPerEpoch * recipe.batchSize)

  const runtime = await createOnnxRuntime()
  const activations = await activationsAt(runtime, { network, weights }, cut, pixels, count)
  const tail = weightedTail(whole, cut)
  const session = await runtime.openTraining(tail.network, tail.weights, { optimizer: { name: 'SGD', learningRate: recipe.learningRate, momentum: recipe.momentum, nesterov: false }, batchSize: recipe.batchSize, preprocessing: null })
  const losses: number[] = []
  for (const [epoch, order] of orders.entries()) {
    const learningRates = new Float32Array(stepsPerEpoch).fill(recipe.learningRate)
    const result = await session.train({ samples: { type: 'float32', shape: [count, 14, 14, 512], data: activations }, labels, order, learningRates, stepsBefore: epoch * stepsPerEpoch, masks: {} })
    losses.push(...result.losses)
  }
  const trained = await session.weights()
  await session.dispose()

  const keras = await kerasRun({ pixels, labels, table: { shape: [recipe.epochs * stepsPerEpoch, recipe.batchSize], data: table }, head: headWeights.get('predictions')! })
  const theirs = [...keras['losses']!.data]
  console.log(`losses of ${losses.length} batches, ours and Keras's: ${losses.map((loss, step) => `${loss.toFixed(4)}/${theirs[step]!.toFixed(4)}`).join(' ')}`)
  const largest = Math.max(...losses.map((loss, step) => Math.abs(loss - theirs[step]!)))
  expect(theirs.at(-1)).toBeLessThan(theirs[0]! / 2)
  recordAgreement({ group: 'Fine-tuning', subject: `VGG16 on real birds from block5, SGD with momentum, ${losses.length} batches of ${recipe.batchSize}: loss of each batch`, reference: 'Keras 3', measure: 'absolute', difference: largest, tolerance: 5e-3 })
  for (const layer of ['block5_conv1', 'block5_conv2', 'block5_conv3', 'predictions']) {
    recordRelativeAgreement({ group: 'Fine-tuning', subject: `VGG16 on real birds from block5: change of ${layer}'s kernel`, reference: 'Keras 3', found: changeOf(trained.get(layer)!['kernel']!, tail.weights.get(layer)!['kernel']!), expected: changeOf(keras[`${layer}/kernel`]!, tail.weights.get(layer)!['kernel']!), tolerance: 5e-2 })
  }
})

async function activationsAt(runtime: Runtime, { network, weights }: WeightedNetwork, output: string, pixels: Uint8Array, count: number): Promise<Float32Array> {
  const session = await runtime.openForward(network, weights, { preprocessing, output })
  const rows: Float32Array[] = []
  for (let first = 0; first < count; first += 8) {
    const { data, shape } = sampleTensor(pixels, [...preprocessing.inputSize, 3], first, Math.min(8, count - first))
    rows.push((await session.run({ type: 'uint8', shape, data: data as Uint8Array })).data)
  }
  await session.dispose()
  return Float32Array.from(rows.flatMap((row) => [...row]))
}

const changeOf = (after: Tensor, before: Tensor): Float32Array => after.data.map((value, index) => value - before.data[index]!)

async function kerasRun(given: { pixels: Uint8Array; labels: Int32Array; table: Tensor; head: Readonly<Record<string, Tensor>> }): Promise<Record<string, Tensor>> {
  const [input, output] = ['input', 'output'].map((name) => path.join(folder, `${name}.safetensors`)) as [string, string]
  const [height, width] = preprocessing.inputSize
  const tensors: Record<string, Tensor> = {
    pixels: { shape: [given.labels.length, height, width, 3], data: Float32Array.from(given.pixels) },
    labels: { shape: [given.labels.length], data: Float32Array.from(given.labels) },
    order: given.table,
    'head/kernel': given.head['kernel']!,
    'head/bias': given.head['bias']!,
  }
  await writeFile(input, writeSafetensors(tensors))
  const script = path.join(root, 'tools/parity/fine_tune.py')
  await promisify(execFile)(python!, [script, weightFile, input, output, 'block5', recipe.learningRate, recipe.momentum, recipe.batchSize].map(String))
  return readSafetensors(await readFile(output)).tensors
}
