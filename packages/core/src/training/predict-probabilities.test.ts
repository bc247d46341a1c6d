import { expect, test } from 'vitest'
import { NetworkBuilder } from '../network/builder.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import { predictProbabilities } from './predict-probabilities.ts'

test('one sigmoid output gives the probabilities of both classes', async () => {
  const builder = new NetworkBuilder()
  const network = builder.finish('binary', builder.dense(builder.input([2]), 1, { name: 'out', activation: 'sigmoid' }))
  const weights = new Map([['out', { kernel: { shape: [2, 1], data: Float32Array.of(1, -1) }, bias: { shape: [1], data: Float32Array.of(0) } }]])
  const found = await predictProbabilities({ runtime: await createOnnxRuntime({ threads: 1 }), network, weights, input: Float32Array.of(0, 0, 3, 1) })
  const second = 1 / (1 + Math.exp(-2))
  for (const [index, expected] of [0.5, 0.5, 1 - second, second].entries()) expect(found[index]).toBeCloseTo(expected, 6)
})
