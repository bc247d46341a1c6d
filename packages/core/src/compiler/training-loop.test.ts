import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { beforeAll, expect, test } from 'vitest'
import { NetworkBuilder } from '../network/builder.ts'
import type { Network, NetworkWeights, Tensor } from '../network/description.ts'
import { createOnnxGraphRuntime } from '../runtime/onnx/onnx-graph-runtime.ts'
import type { GraphRuntime } from '../runtime/graph-runtime.ts'
import type { RuntimeTensor } from '../runtime/runtime-tensor.ts'
import { recordAgreement } from '../testing/agreement.ts'
import { compileEvaluation } from './evaluation.ts'
import { readGolden, relativeError } from './testing/golden.ts'
import { hashedPixels, hashedUniform, hashedWeights, hashedWords } from './testing/hashed-weights.ts'
import { runTrainingSteps } from './testing/training-steps.ts'
import { initialState, trainableWeights } from './trainable-state.ts'

// As in tools/parity/training.py.
const [sampleCount, batchSize, classes] = [27, 8, 5]
const optimizers = {
  RMSprop: { name: 'RMSprop' },
  'RMSprop-momentum': { name: 'RMSprop', learningRate: 0.002, rho: 0.8, momentum: 0.9, epsilon: 1e-5 },
  SGD: { name: 'SGD', learningRate: 0.05 },
  'SGD-momentum': { name: 'SGD', learningRate: 0.02, momentum: 0.9 },
  'SGD-nesterov': { name: 'SGD', learningRate: 0.02, momentum: 0.9, nesterov: true },
  Adam: { name: 'Adam' },
  'Adam-options': { name: 'Adam', learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-4 },
  'RMSprop-centered': { name: 'RMSprop', learningRate: 0.002, centered: true },
  'RMSprop-centered-momentum': { name: 'RMSprop', learningRate: 0.002, rho: 0.8, momentum: 0.5, centered: true, epsilon: 1e-5 },
  Adagrad: { name: 'Adagrad', learningRate: 0.05 },
  'Adagrad-options': { name: 'Adagrad', learningRate: 0.05, initialAccumulator: 0.5, epsilon: 1e-3 },
  Adadelta: { name: 'Adadelta', learningRate: 0.5 },
  'Adadelta-options': { name: 'Adadelta', learningRate: 1, rho: 0.8, epsilon: 1e-4 },
  'Adam-amsgrad': { name: 'Adam', learningRate: 0.01, amsgrad: true },
  AdamW: { name: 'AdamW', learningRate: 0.01 },
  'AdamW-amsgrad': { name: 'AdamW', learningRate: 0.01, weightDecay: 0.1, amsgrad: true },
  Adamax: { name: 'Adamax', learningRate: 0.01 },
  'Adamax-options': { name: 'Adamax', learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-4 },
  Nadam: { name: 'Nadam', learningRate: 0.01 },
  'Nadam-options': { name: 'Nadam', learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-4 },
  'SGD-weight-decay': { name: 'SGD', learningRate: 0.05, momentum: 0.9, weightDecay: 0.1 },
  'RMSprop-weight-decay': { name: 'RMSprop', learningRate: 0.01, weightDecay: 0.1 },
  'SGD-clip-norm': { name: 'SGD', learningRate: 0.5, clipNorm: 0.1 },
  'RMSprop-clip-norm': { name: 'RMSprop', clipNorm: 0.1 },
  'SGD-global-clip-norm': { name: 'SGD', learningRate: 0.5, globalClipNorm: 0.2 },
  'Adam-clip-value': { name: 'Adam', learningRate: 0.01, clipValue: 0.01 },
  'SGD-average': { name: 'SGD', learningRate: 0.1, momentum: 0.9, averageMomentum: 0.8 },
  'AdamW-average-global-clip-norm': { name: 'AdamW', learningRate: 0.01, averageMomentum: 0.7, globalClipNorm: 0.5 },
} as const
const labels = Array.from(hashedWords('labels', sampleCount), (word) => word % classes)
const order = (epoch: number): number[] => Array.from({ length: sampleCount }, (_, index) => (index * 5 + epoch) % sampleCount)
/** Ten steps: two epochs of four batches (the last of three samples), then two batches. */
const orders = [order(0), order(1), order(2).slice(0, 16)]
const tolerance = 1e-4

let golden: Record<string, Tensor>
let runtime: GraphRuntime
beforeAll(async () => {
  golden = await readGolden('training')
  runtime = await createOnnxGraphRuntime()
})

function head(dropout = 0): Network {
  const builder = new NetworkBuilder()
  let value = builder.dense(builder.input([24]), 16, { activation: 'relu' })
  if (dropout > 0) value = builder.dropout(value, dropout, { name: 'dropout' })
  return builder.finish('head', builder.dense(value, classes, { activation: 'softmax' }))
}

function convnet(): Network {
  const builder = new NetworkBuilder()
  let value = builder.convolution(builder.input([14, 12, 3]), 4, 3, { activation: 'relu' })
  value = builder.maxPooling(value, 2)
  value = builder.convolution(value, 6, 3, { strides: 2, padding: 'same', activation: 'relu' })
  value = builder.dense(builder.flatten(value), 7, { activation: 'relu' })
  return builder.finish('convnet', builder.dense(value, classes, { activation: 'softmax' }))
}

const features = (): RuntimeTensor => ({ type: 'float32', ...hashedUniform('features', [sampleCount, 24], -1, 1) })

/** The largest relative error among the losses and each weight. */
function errorAgainstGolden(name: string, found: { losses: number[]; weights: NetworkWeights }): number {
  const errors = [relativeError(found.losses, golden[`${name}/losses`]!.data)]
  for (const [place, tensors] of [...found.weights.values()].entries()) {
    for (const [index, { shape, data }] of Object.values(tensors).entries()) {
      const expected = golden[`${name}/${place}/${index}`]!
      expect(shape).toEqual(expected.shape)
      errors.push(relativeError(data, expected.data))
    }
  }
  return Math.max(...errors)
}

test.each(Object.entries(optimizers))('ten steps of a head with %s give the losses and weights of Keras', async (name, recipe) => {
  const network = head()
  const optimizer = optimizerSchema.parse(recipe)
  const found = await runTrainingSteps({ runtime, network, weights: hashedWeights(network), optimizer, batchSize, samples: features(), labels, orders })
  expect(found.losses).toHaveLength(10)
  recordAgreement({ group: 'Optimizers', subject: `${name}, a head: losses and weights of ten steps`, reference: 'Keras 3', measure: 'relative', difference: errorAgainstGolden(`head/${name}`, found), tolerance })
})

test.each(Object.entries(optimizers))('ten steps of a convolutional network on pixels with %s give the losses and weights of Keras', async (name, recipe) => {
  const network = convnet()
  const optimizer = optimizerSchema.parse(recipe)
  const shape = [sampleCount, 14, 12, 3]
  const found = await runTrainingSteps({
    runtime,
    network,
    weights: hashedWeights(network),
    optimizer,
    batchSize,
    samples: { type: 'uint8', shape, data: hashedPixels('images', shape) },
    // The contract's schema starts at 16 pixels; the graph does not care.
    preprocessing: { mode: 'unit', inputSize: [14, 12], interpolation: 'bilinear' },
    labels,
    orders,
  })
  expect(found.losses).toHaveLength(10)
  recordAgreement({ group: 'Optimizers', subject: `${name}, a convolutional network: losses and weights of ten steps`, reference: 'Keras 3', measure: 'relative', difference: errorAgainstGolden(`convnet/${name}`, found), tolerance })
})

test('dropout with a given mask gives the losses and weights of Keras with the same mask', async () => {
  const network = head(0.25)
  const data = hashedPixels('mask', [sampleCount, 16]).map((byte) => (byte >= 64 ? 1 : 0))
  const found = await runTrainingSteps({
    runtime,
    network,
    weights: hashedWeights(network),
    optimizer: optimizerSchema.parse(optimizers.SGD),
    batchSize,
    samples: features(),
    labels,
    orders,
    masks: { 'mask/dropout': { shape: [16], data } },
  })
  expect(errorAgainstGolden('dropout-head/SGD', found)).toBeLessThan(tolerance)
})

test('the mean loss and accuracy of an epoch, and those of an evaluation after it, are those of Keras fit and evaluate', async () => {
  const network = head()
  const optimizer = optimizerSchema.parse(optimizers.RMSprop)
  const inOrder = Array.from({ length: sampleCount }, (_, index) => index)
  const trained = await runTrainingSteps({ runtime, network, weights: hashedWeights(network), optimizer, batchSize, samples: features(), labels, orders: [inOrder] })
  const loss = trained.losses.reduce((sum, value, step) => sum + value * Math.min(batchSize, sampleCount - step * batchSize), 0) / sampleCount

  const trainable = trainableWeights(network, [])
  const session = await runtime.createSession(compileEvaluation(network, trained.weights, trainable, { preprocessing: null }))
  const outputs = await session.run({
    samples: features(),
    labels: { type: 'int64', shape: [sampleCount], data: BigInt64Array.from(labels, BigInt) },
    ...initialState(trainable, trained.weights),
  })
  await session.dispose()
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / sampleCount
  const found = [loss, trained.correct / sampleCount, mean(outputs['losses']!.data as Float32Array), mean(outputs['correct']!.data as Uint8Array)]
  expect(relativeError(found, golden['fit']!.data)).toBeLessThan(1e-5)
})
