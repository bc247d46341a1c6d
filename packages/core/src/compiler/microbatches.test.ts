import { beforeAll, expect, test } from 'vitest'
import { NetworkBuilder } from '../network/builder.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime, TrainingOptions } from '../runtime/runtime.ts'
import { recordAgreement } from '../testing/agreement.ts'
import { relativeError } from './testing/golden.ts'
import { hashedPixels, hashedWeights, hashedWords } from './testing/hashed-weights.ts'

const [samples, batchSize] = [27, 8]
let runtime: Runtime
beforeAll(async () => {
  runtime = await createOnnxRuntime({ threads: 1 })
})

/** Frozen and trained batch normalization, dropout on an image. */
function network(): Network {
  const builder = new NetworkBuilder()
  let value = builder.convolution(builder.input([14, 12, 3]), 4, 3, { activation: 'relu' })
  value = builder.dropout(builder.batchNormalization(value), 0.25, { name: 'drop' })
  value = builder.convolution(value, 6, 3, { strides: 2, padding: 'same', activation: 'relu' })
  return builder.finish('net', builder.dense(builder.globalAveragePooling(builder.batchNormalization(value)), 5, { activation: 'softmax' }))
}

async function trained(options: Partial<TrainingOptions>): Promise<{ losses: Float32Array; correct: number; weights: NetworkWeights }> {
  const net = network()
  const optimizer = { name: 'SGD', learningRate: 0.1, momentum: 0.9, nesterov: false } as const
  const session = await runtime.openTraining(net, hashedWeights(net), { optimizer, batchSize, preprocessing: { mode: 'unit', inputSize: [14, 12], interpolation: 'bilinear' }, ...options })
  const result = await session.train({
    samples: { type: 'uint8', shape: [samples, 14, 12, 3], data: hashedPixels('images', [samples, 14, 12, 3]) },
    labels: Int32Array.from(hashedWords('labels', samples), (word) => word % 5),
    order: Int32Array.from({ length: samples }, (_, index) => (index * 5) % samples),
    learningRates: new Float32Array(4).fill(0.1),
    stepsBefore: 0,
    masks: { 'mask/drop': { type: 'uint8', shape: [samples, 12, 10, 4], data: hashedPixels('mask', [samples, 12, 10, 4]).map((byte) => (byte >= 64 ? 1 : 0)) } },
  })
  const weights = await session.weights()
  await session.dispose()
  return { ...result, weights }
}

test.each([1, 3, 7])('four steps in microbatches of %i come to what whole batches come to', async (microbatchSize) => {
  const [whole, parts] = [await trained({}), await trained({ microbatchSize })]
  const errors = [relativeError(parts.losses, whole.losses)]
  for (const [layer, tensors] of whole.weights) for (const [name, { data }] of Object.entries(tensors)) errors.push(relativeError(parts.weights.get(layer)![name]!.data, data))
  expect(parts.correct).toBe(whole.correct)
  recordAgreement({ group: 'Gradients', subject: `microbatches of ${microbatchSize}: losses and weights of four steps`, reference: 'whole batches of 8', measure: 'relative', difference: Math.max(...errors), tolerance: 1e-5 })
})

test('a microbatch as large as the batch is the whole batch, bit by bit', async () => {
  expect(await trained({ microbatchSize: 8 })).toEqual(await trained({}))
})

test('moving statistics go from microbatch to microbatch', async () => {
  const [kept, moved] = [await trained({ microbatchSize: 3 }), await trained({ microbatchSize: 3, batchNormalization: 'update-statistics' })]
  const means = (weights: NetworkWeights): Float32Array[] => [...weights.values()].flatMap((tensors) => (tensors['moving_mean'] ? [tensors['moving_mean'].data] : []))
  expect(means(kept.weights)).toEqual(means(hashedWeights(network())))
  for (const [index, mean] of means(moved.weights).entries()) {
    expect(mean).not.toEqual(means(kept.weights)[index])
    expect(mean.every(Number.isFinite)).toBe(true)
  }
})
