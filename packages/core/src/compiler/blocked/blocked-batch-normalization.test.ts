import { expect, test } from 'vitest'
import { NetworkBuilder } from '../../network/builder.ts'
import type { NetworkWeights } from '../../network/description.ts'
import { channelBlock } from '../../runtime/onnx/channel-block.ts'
import { createOnnxGraphRuntime } from '../../runtime/onnx/onnx-graph-runtime.ts'
import { relativeError } from '../testing/golden.ts'
import { hashedUniform, hashedWeights } from '../testing/hashed-weights.ts'
import { gradientsOf } from '../testing/training-steps.ts'

/** A convolution whose output lies around `mean` with a spread of about one, and a batch normalization by the batch. */
function farFromZero(mean: number, movingMean: number): { network: ReturnType<NetworkBuilder['finish']>; weights: NetworkWeights } {
  const builder = new NetworkBuilder()
  const convolved = builder.convolution(builder.input([24, 20, 3]), 6, 3, { name: 'conv' })
  const normalized = builder.batchNormalization(convolved, { isNew: true, name: 'normalization' })
  const network = builder.finish('net', builder.dense(builder.globalAveragePooling(builder.activation(normalized, 'relu')), 3, { activation: 'softmax' }))
  const filled = (value: number) => ({ shape: [6], data: new Float32Array(6).fill(value) })
  const weights = new Map(hashedWeights(network))
  weights.set('conv', { ...weights.get('conv'), bias: filled(mean) })
  weights.set('normalization', { ...weights.get('normalization'), moving_mean: filled(movingMean) })
  return { network, weights }
}

test.each([
  ['in its first step', 30, 0, 1e-3],
  ['with a moving mean that has come near', 1000, 999, 1e-4],
] as const)('a mean far from zero costs few digits: %s', async (_, mean, movingMean, tolerance) => {
  const runtime = await createOnnxGraphRuntime({ threads: 1 })
  const { network, weights } = farFromZero(mean, movingMean)
  const samples = { type: 'float32' as const, ...hashedUniform('images', [4, 24, 20, 3], -2, 2) }
  const common = { runtime, network, weights, samples, labels: [0, 1, 2, 1] }
  const [general, blocked] = [await gradientsOf(common), await gradientsOf({ ...common, channelBlock: await channelBlock(runtime) })]
  for (const weight of ['kernel', 'gamma', 'beta']) {
    const layer = weight === 'kernel' ? 'conv' : 'normalization'
    expect(relativeError(blocked.get(layer)![weight]!.data, general.get(layer)![weight]!.data), weight).toBeLessThan(tolerance)
  }
})
