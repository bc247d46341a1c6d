import { beforeAll, expect, test } from 'vitest'
import { NetworkBuilder } from '../network/builder.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import { createOnnxGraphRuntime } from '../runtime/onnx/onnx-graph-runtime.ts'
import type { GraphRuntime } from '../runtime/graph-runtime.ts'
import type { ForwardOptions } from '../runtime/runtime.ts'
import { compileForward } from './forward.ts'
import { hashedUniform, hashedWeights } from './testing/hashed-weights.ts'

let runtime: GraphRuntime
beforeAll(async () => {
  runtime = await createOnnxGraphRuntime()
})

async function forward(network: Network, shape: readonly number[], data: Float32Array, options: Partial<ForwardOptions> = {}, weights: NetworkWeights = hashedWeights(network)) {
  const session = await runtime.createSession(compileForward(network, weights, { preprocessing: null, ...options }))
  const { output } = await session.run({ images: { type: 'float32', shape, data } })
  await session.dispose()
  return { shape: output!.shape, values: Array.from(output!.data as Float32Array) }
}

test('zero padding before a pooling counts', async () => {
  const builder = new NetworkBuilder()
  const network = builder.finish('net', builder.maxPooling(builder.zeroPadding(builder.input([2, 2, 1]), [[1, 0], [1, 0]]), 2, { strides: 1 }))
  const { values } = await forward(network, [1, 2, 2, 1], Float32Array.of(-1, -2, -3, -4))
  expect(values).toEqual([0, 0, 0, -1])

  const averaging = new NetworkBuilder()
  const averaged = averaging.finish('net', averaging.averagePooling(averaging.zeroPadding(averaging.input([1, 1, 1]), [[1, 0], [1, 0]]), 2, { strides: 1 }))
  expect((await forward(averaged, [1, 1, 1, 1], Float32Array.of(8))).values).toEqual([2])
})

test('same padding of a stride puts the odd pixel at the bottom right, and an average leaves padding out', async () => {
  const builder = new NetworkBuilder()
  const network = builder.finish('net', builder.averagePooling(builder.input([3, 3, 1]), 2, { strides: 2, padding: 'same' }))
  const { values } = await forward(network, [1, 3, 3, 1], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9))
  expect(values).toEqual([3, 4.5, 7.5, 9])
})

test('flatten and reshape keep channels last', async () => {
  const builder = new NetworkBuilder()
  const image = builder.input([2, 2, 3])
  const data = Float32Array.from({ length: 12 }, (_, index) => index)
  expect((await forward(builder.finish('net', builder.flatten(image)), [1, 2, 2, 3], data)).values).toEqual([...data])
  const reshaped = await forward(builder.finish('net', builder.reshape(image, [3, 2, 2])), [1, 2, 2, 3], data)
  expect(reshaped).toEqual({ shape: [1, 3, 2, 2], values: [...data] })
})

test('a batch normalisation whose convolution is used elsewhere too is not folded away', async () => {
  const builder = new NetworkBuilder()
  const convolved = builder.convolution(builder.input([3, 3, 2]), 2, 1, { name: 'convolved' })
  const network = builder.finish('net', builder.sum([builder.batchNormalization(convolved, { name: 'normalised' }), convolved]))
  const data = hashedUniform('x', [1, 3, 3, 2], -1, 1).data
  const [sum, plain, normalised] = [await forward(network, [1, 3, 3, 2], data), await forward(network, [1, 3, 3, 2], data, { output: 'convolved' }), await forward(network, [1, 3, 3, 2], data, { output: 'normalised' })]
  for (const [index, value] of sum.values.entries()) expect(value).toBeCloseTo(plain.values[index]! + normalised.values[index]!, 5)
})

test('a dense layer on an image works on the channels of each pixel', async () => {
  const builder = new NetworkBuilder()
  const network = builder.finish('net', builder.dense(builder.input([2, 2, 2]), 1, { name: 'dense' }))
  const weights: NetworkWeights = new Map([['dense', { kernel: { shape: [2, 1], data: Float32Array.of(1, 10) }, bias: { shape: [1], data: Float32Array.of(100) } }]])
  const { shape, values } = await forward(network, [1, 2, 2, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), {}, weights)
  expect(shape).toEqual([1, 2, 2, 1])
  expect(values).toEqual([121, 143, 165, 187])
})

test('any number of images, pooled either way', async () => {
  const builder = new NetworkBuilder()
  const network = builder.finish('net', builder.activation(builder.input([2, 1, 2]), 'relu'))
  const data = Float32Array.of(1, 2, 3, -4, 5, 6, 7, 9)
  expect(await forward(network, [2, 2, 1, 2], data, { pooling: 'average' })).toEqual({ shape: [2, 2], values: [2, 1, 6, 7.5] })
  expect((await forward(network, [1, 2, 1, 2], data.subarray(0, 4), { pooling: 'max' })).values).toEqual([3, 2])
})

test('what does not fit is named', () => {
  const builder = new NetworkBuilder()
  const network = builder.finish('net', builder.convolution(builder.input([32, 32, 3]), 2, 3, { name: 'first' }))
  const weights = hashedWeights(network)
  expect(() => compileForward(network, new Map(), { preprocessing: null })).toThrow(/no weight kernel for layer first/)
  expect(() => compileForward(network, weights, { preprocessing: null, output: 'frist' })).toThrow(/no layer "frist"/)
  expect(() => compileForward(network, weights, { preprocessing: { mode: 'tf', inputSize: [64, 32], interpolation: 'bilinear' } })).toThrow(/64 x 32 x 3; net takes 32 x 32 x 3/)
})
