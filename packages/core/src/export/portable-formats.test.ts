import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ArchitectureName, Preprocessing } from '@graft/contracts/model'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashedPixels, hashedWeights } from '../compiler/testing/hashed-weights.ts'
import { buildNetwork } from '../network/build.ts'
import type { Network } from '../network/description.ts'
import { countParameters } from '../network/parameters.ts'
import type { WeightedNetwork } from '../prediction/join-networks.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import { recordAgreement } from '../testing/agreement.ts'
import { parityPython, parityScript } from '../testing/parity-python.ts'
import { predictProbabilities } from '../training/predict-probabilities.ts'
import { loadWeightFile } from '../weights/load.ts'
import { portableNetwork } from './portable-network.ts'
import { writeKerasH5 } from './write-keras-h5.ts'
import { tfjsShardName, writeTfjsLayers } from './write-tfjs-layers.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-portable-'))
  await tf.setBackend('wasm')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const classes = 4
interface Case { architecture: ArchitectureName; size: number; mode: Preprocessing['mode'] }
const cases: readonly Case[] = [
  { architecture: 'VGG16', size: 32, mode: 'caffe' }, // the channels' order goes into a padded convolution
  { architecture: 'ResNet50', size: 48, mode: 'caffe' }, // … behind a zero padding
  { architecture: 'MobileNetV2', size: 48, mode: 'tf' },
  { architecture: 'Xception', size: 75, mode: 'torch' },
  { architecture: 'three-layer-convnet', size: 40, mode: 'unit' },
]

function original({ architecture, size }: Case): WeightedNetwork {
  const built = buildNetwork({ architecture, inputSize: [size, size], includeTop: true, classes })
  const weights = hashedWeights(built)
  const [first] = weights.keys()
  // As joinNetworks names what is there twice.
  const rename = (name: string): string => (name === first ? `head/${name}` : name)
  const network: Network = { ...built, layers: built.layers.map((layer) => ({ ...layer, name: rename(layer.name), inputs: layer.inputs.map(rename) })) }
  return { network, weights: new Map([...weights].map(([name, tensors]) => [rename(name), tensors])) }
}

const preprocessingOf = ({ size, mode }: Case): Preprocessing => ({ mode, inputSize: [size, size], interpolation: 'bilinear' })
const largestDifference = (found: ArrayLike<number>, expected: ArrayLike<number>): number => Math.max(...Array.from(expected, (value, index) => Math.abs(value - found[index]!)))

test.each(cases)('$architecture with its preprocessing ($mode) inside, as Keras .h5 and as tfjs model, says what the original says', async (which) => {
  const runtime = await createOnnxRuntime({ threads: 1 })
  const whole = original(which)
  const preprocessing = preprocessingOf(which)
  const pixels = hashedPixels(`portable/${which.size}`, [2, which.size, which.size, 3])
  const expected = await predictProbabilities({ runtime, ...whole, input: pixels, preprocessing })
  const portable = portableNetwork(whole, preprocessing)
  expect(portable.network.layers.filter(({ name }) => name.includes('/'))).toEqual([])

  // The file as it is read again, name by name, into the network that it describes.
  const path = join(folder, `${which.architecture}.h5`)
  await writeKerasH5(portable, path)
  const { weights } = await loadWeightFile(path, portable.network)
  const fromFile = await predictProbabilities({ runtime, network: portable.network, weights, input: Float32Array.from(pixels) })
  recordAgreement({ group: 'Export', subject: `${which.architecture}, preprocessing ${which.mode} inside, .h5: probabilities`, reference: 'the ONNX runtime on the original', measure: 'absolute', difference: largestDifference(fromFile, expected), tolerance: 1e-4 })

  const { modelJson, shard } = writeTfjsLayers(portable)
  const { modelTopology, weightsManifest } = JSON.parse(modelJson)
  expect(weightsManifest[0].paths).toEqual([tfjsShardName])
  const model = await loadLayersModel({ load: () => Promise.resolve({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData: new Uint8Array(shard).buffer }) })
  const output = model.predict(tf.tensor4d(Float32Array.from(pixels), [2, which.size, which.size, 3])) as tf.Tensor
  recordAgreement({ group: 'Export', subject: `${which.architecture}, preprocessing ${which.mode} inside, tfjs: probabilities`, reference: 'tfjs', measure: 'absolute', difference: largestDifference(await output.data(), expected), tolerance: 1e-4 })
  model.dispose()
}, 60_000)

if (parityPython === null) console.log('That Keras itself opens an exported .h5 is not tested: there is no Python with Keras (tools/parity/README.md).')

// One process for all: most of its time is Keras's start.
test.skipIf(parityPython === null)('Keras opens the .h5 of every case and says the same', async () => {
  const runtime = await createOnnxRuntime({ threads: 1 })
  const opened: { model: string; input: string; shape: number[] }[] = []
  const expectations: { parameters: number; probabilities: Float32Array }[] = []
  for (const which of cases) {
    const { architecture, size } = which
    const [whole, shape] = [original(which), [2, size, size, 3]]
    const pixels = hashedPixels(`portable/${size}`, shape)
    const portable = portableNetwork(whole, preprocessingOf(which))
    const [model, input] = [join(folder, `${architecture}-for-keras.h5`), join(folder, `${architecture}.raw`)]
    await writeKerasH5(portable, model)
    await writeFile(input, Float32Array.from(pixels))
    opened.push({ model, input, shape })
    expectations.push({ parameters: countParameters(portable.network).total, probabilities: await predictProbabilities({ runtime, ...whole, input: pixels, preprocessing: preprocessingOf(which) }) })
  }
  const { stdout } = await promisify(execFile)(parityPython!, [parityScript('open_h5.py'), JSON.stringify(opened)])
  const said = stdout.trim().split('\n').map((line) => JSON.parse(line) as { keras: string; parameters: number; output: number[] })
  expect(said).toHaveLength(cases.length)
  for (const [index, { keras, parameters, output }] of said.entries()) {
    const { architecture, mode } = cases[index]!
    expect(parameters).toBe(expectations[index]!.parameters)
    recordAgreement({ group: 'Export', subject: `${architecture}, preprocessing ${mode} inside, .h5: probabilities`, reference: `Keras ${keras}, from the file`, measure: 'absolute', difference: largestDifference(output, expectations[index]!.probabilities), tolerance: 1e-4 })
  }
}, 300_000)

test('a network that does not begin with one convolution cannot take its channels in another order', () => {
  const network = buildNetwork({ architecture: 'three-layer-convnet', inputSize: [40, 40], includeTop: true, classes })
  const [input, first, ...rest] = network.layers
  const forked: Network = { ...network, layers: [input!, { kind: 'activation', name: 'aside', inputs: [input!.name], activation: 'relu' }, first!, ...rest] }
  expect(() => portableNetwork({ network: forked, weights: hashedWeights(forked) }, { mode: 'caffe', inputSize: [40, 40], interpolation: 'bilinear' })).toThrow(/does not begin with one convolution/)
})
