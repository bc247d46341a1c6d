import { lossSchema } from '@graft/contracts/recipe/loss'
import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { beforeAll, expect, test } from 'vitest'
import { NetworkBuilder } from '../../network/builder.ts'
import type { Network, Tensor } from '../../network/description.ts'
import { createOnnxRuntime, type OnnxRuntime } from '../../runtime/onnx/onnx-runtime.ts'
import type { TrainingOptions } from '../../runtime/runtime.ts'
import { recordAgreement, recordRelativeAgreement } from '../../testing/agreement.ts'
import { OnnxGraph } from '../onnx-graph.ts'
import { readGolden, relativeError } from '../testing/golden.ts'
import { hashedUniform, hashedWeights, hashedWords } from '../testing/hashed-weights.ts'
import { createLoss } from './create-loss.ts'

// As in tools/parity/losses.py.
const [samples, batchSize, steps, classes] = [27, 8, 10, 5]
const labels = (count: number): Int32Array => Int32Array.from(hashedWords('labels', samples), (word) => word % count)
function softLabels(count: number): Float32Array {
  const { data } = hashedUniform('soft labels', [samples, count], 0, 1)
  return data.map((value, index) => value / data.subarray(index - (index % count), index - (index % count) + count).reduce((sum, each) => sum + each, 0))
}

let golden: Record<string, Tensor>
let runtime: OnnxRuntime
beforeAll(async () => {
  golden = await readGolden('losses')
  runtime = await createOnnxRuntime({ threads: 1 })
})

function head(isBinary = false, l2: readonly [number, number] | null = null): Network {
  const builder = new NetworkBuilder()
  const hidden = builder.dense(builder.input([24]), 16, { activation: 'relu', ...(l2 && { l2: l2[0] }) })
  return builder.finish('head', builder.dense(hidden, isBinary ? 1 : classes, { activation: isBinary ? 'sigmoid' : 'softmax', ...(l2 && { l2: l2[1] }) }))
}

test.each([
  ['cross-entropy', { name: 'cross-entropy' }],
  ['cross-entropy-smoothing', { name: 'cross-entropy', labelSmoothing: 0.1 }],
  ['cross-entropy-soft', { name: 'cross-entropy' }],
  ['cross-entropy-soft-smoothing', { name: 'cross-entropy', labelSmoothing: 0.2 }],
  ['focal', { name: 'focal' }],
  ['focal-options', { name: 'focal', alpha: 0.6, gamma: 1.5, labelSmoothing: 0.1 }],
  ['focal-small-gamma', { name: 'focal', alpha: 1, gamma: 0.5 }],
  ['focal-no-gamma', { name: 'focal', alpha: 1, gamma: 0 }],
  ['focal-soft', { name: 'focal' }],
  ['binary-cross-entropy', { name: 'binary-cross-entropy' }],
  ['binary-cross-entropy-smoothing', { name: 'binary-cross-entropy', labelSmoothing: 0.2 }],
  ['binary-cross-entropy-soft', { name: 'binary-cross-entropy' }],
])('%s gives the losses of Keras, and their gradients by the logits', async (name, recipe) => {
  const isBinary = name.startsWith('binary')
  const isSoft = name.includes('soft')
  const outputs = isBinary ? 1 : classes
  const loss = createLoss(lossSchema.parse(recipe), head(isBinary))
  const graph = new OnnxGraph(name)
  const logits = graph.input('logits', 'float32', ['n', outputs])
  const given = isSoft ? graph.input('labels', 'float32', ['n', loss.classes]) : graph.input('labels', 'int64', ['n'])
  const emitted = loss.emit({ graph, logits, labels: given, isSoft })
  graph.output(emitted.losses, 'losses', 'float32', ['n'])
  graph.output(emitted.gradient(), 'gradient', 'float32', ['n', outputs])
  const session = await runtime.graphs.createSession(graph.toModel())
  const found = await session.run({
    logits: { type: 'float32', ...hashedUniform('logits', [samples, outputs], -6, 6) },
    labels: isSoft
      ? { type: 'float32', shape: [samples, loss.classes], data: softLabels(loss.classes) }
      : { type: 'int64', shape: [samples], data: BigInt64Array.from(labels(loss.classes), BigInt) },
  })
  await session.dispose()
  expect(found['losses']!.shape).toEqual([samples])
  for (const [what, words] of [['losses', 'losses'], ['gradient', 'gradient by the logits']] as const) {
    recordRelativeAgreement({ group: 'Losses', subject: `${name}: ${words}`, reference: 'Keras 3', tolerance: 1e-5, found: found[what]!.data as Float32Array, expected: golden[`${name}/${what}`]!.data })
  }
})

const factors = Array.from({ length: classes }, (_, index) => 0.5 + 0.75 * index)
const trainings: readonly [string, { optimizer: object; network: Network; labels: Int32Array | Float32Array } & Omit<TrainingOptions, 'optimizer' | 'batchSize' | 'preprocessing'>][] = [
  ['class-weights', { optimizer: { name: 'RMSprop', learningRate: 0.01 }, network: head(), labels: labels(classes), classWeights: factors }],
  ['smoothing-class-weights', { optimizer: { name: 'SGD', learningRate: 0.1, momentum: 0.9 }, network: head(), labels: labels(classes), loss: { name: 'cross-entropy', labelSmoothing: 0.1 }, classWeights: factors }],
  ['soft-class-weights', { optimizer: { name: 'Adam', learningRate: 0.01 }, network: head(), labels: softLabels(classes), softLabels: true, classWeights: factors }],
  ['focal', { optimizer: { name: 'SGD', learningRate: 0.5 }, network: head(), labels: labels(classes), loss: { name: 'focal', gamma: 2, alpha: 0.25 } }],
  ['binary-class-weights', { optimizer: { name: 'RMSprop', learningRate: 0.01 }, network: head(true), labels: labels(2), loss: { name: 'binary-cross-entropy' }, classWeights: [0.5, 2] }],
  ['l2', { optimizer: { name: 'RMSprop', learningRate: 0.01 }, network: head(false, [0.01, 0.03]), labels: labels(classes) }],
  ['l2-clip-norm', { optimizer: { name: 'SGD', learningRate: 0.2, momentum: 0.9, globalClipNorm: 0.5 }, network: head(false, [0.05, 0.02]), labels: labels(classes) }],
]

test.each(trainings.flatMap(([name, options]) => [undefined, 3].map((microbatchSize) => [name, microbatchSize, options] as const)))('ten steps with %s, microbatches of %s, give what Keras makes of them', async (name, microbatchSize, { network, labels: given, ...options }) => {
  const optimizer = optimizerSchema.parse(options.optimizer)
  const session = await runtime.openTraining(network, hashedWeights(network), { ...options, optimizer, batchSize, preprocessing: null, microbatchSize })
  const features = { type: 'float32' as const, ...hashedUniform('features', [samples, 24], -1, 1) }
  const losses: number[] = []
  for (let epoch = 0; losses.length < steps; epoch++) {
    const order = Int32Array.from({ length: samples }, (_, index) => (index * 5 + epoch) % samples).subarray(0, (steps - losses.length) * batchSize)
    const learningRates = new Float32Array(Math.ceil(order.length / batchSize)).fill(optimizer.learningRate)
    losses.push(...(await session.train({ samples: features, labels: given, order, learningRates, stepsBefore: losses.length, masks: {} })).losses)
  }
  expect(losses).toHaveLength(steps)
  const weights = await session.weights()
  const errors = [relativeError(losses, golden[`train/${name}/losses`]!.data)]
  for (const [place, tensors] of [...weights.values()].entries()) for (const [index, { data }] of Object.values(tensors).entries()) errors.push(relativeError(data, golden[`train/${name}/${place}/${index}`]!.data))
  if (given instanceof Int32Array) {
    const each = (await session.evaluate(features, given)).losses
    errors.push(relativeError([each.reduce((sum, value) => sum + value, 0) / samples], golden[`train/${name}/evaluate`]!.data))
  }
  await session.dispose()
  recordAgreement({ group: 'Losses', subject: `${name}${microbatchSize ? `, microbatches of ${microbatchSize}` : ''}: losses and weights of ten steps, evaluation`, reference: 'Keras 3', measure: 'relative', difference: Math.max(...errors), tolerance: 1e-4 })
})

test.each([
  ['binary-cross-entropy', head()],
  ['cross-entropy', head(true)],
] as const)('%s on a network that ends otherwise is a clear error', (name, network) => {
  expect(() => createLoss({ name }, network)).toThrowError(expect.objectContaining({ code: 'unsupported', field: 'loss' }))
})
