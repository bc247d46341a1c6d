import process from 'node:process'
import type { Preprocessing } from '@graft/contracts/model'
import { hashedPixels, hashedUniform, hashedWeights, hashedWords } from '../../../compiler/testing/hashed-weights.ts'
import { buildNetwork } from '../../../network/build.ts'
import { headNetwork } from '../../../training/head-network.ts'
import { createOnnxRuntime } from '../onnx-runtime.ts'

/** On the device named by the argument: features of a network, losses of ten steps of a head and of five of a small convolutional network. Told to the parent. */
const runtime = await createOnnxRuntime({ device: process.argv[2] })
const size = 32
const preprocessing: Preprocessing = { mode: 'tf', inputSize: [size, size], interpolation: 'bilinear' }
const network = buildNetwork({ architecture: 'MobileNetV2', inputSize: [size, size], includeTop: false })
const forward = await runtime.openForward(network, hashedWeights(network), { preprocessing, pooling: 'average' })
const features = (await forward.run({ type: 'uint8', shape: [2, size, size, 3], data: hashedPixels('device', [2, size, size, 3]) })).data

async function losses(trained: Parameters<typeof runtime.openTraining>[0], shape: readonly number[], steps: number): Promise<number[]> {
  const [samples, batchSize] = [steps * 8, 8]
  const session = await runtime.openTraining(trained, hashedWeights(trained), { optimizer: { name: 'Adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }, batchSize, preprocessing: null })
  const result = await session.train({
    samples: { type: 'float32', ...hashedUniform('device samples', [samples, ...shape], -1, 1) },
    labels: Int32Array.from(hashedWords('device labels', samples), (word) => word % 4),
    order: Int32Array.from({ length: samples }, (_, index) => index),
    learningRates: new Float32Array(steps).fill(0.001),
    stepsBefore: 0,
    masks: {},
  })
  return [...result.losses]
}
const head = headNetwork({ pooling: 'average', dense: [{ units: 32, activation: 'relu', dropout: 0 }] }, 48, 4)
const convnet = buildNetwork({ architecture: 'three-layer-convnet', inputSize: [24, 24], includeTop: true, classes: 4 })
// Dropout needs masks, and every unit stays here.
const layers = convnet.layers.map((layer) => (layer.kind === 'dropout' ? { ...layer, rate: 0 } : layer))
process.send!({ features: [...features], head: await losses(head, [48], 10), convnet: await losses({ ...convnet, layers }, [24, 24, 3], 5) })
process.exit(0)
