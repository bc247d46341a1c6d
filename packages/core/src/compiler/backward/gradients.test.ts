import { beforeAll, expect, test } from 'vitest'
import { NetworkBuilder } from '../../network/builder.ts'
import type { Network, NetworkWeights } from '../../network/description.ts'
import { channelBlock } from '../../runtime/onnx/channel-block.ts'
import { createOnnxGraphRuntime } from '../../runtime/onnx/onnx-graph-runtime.ts'
import type { GraphRuntime } from '../../runtime/graph-runtime.ts'
import type { RuntimeTensor } from '../../runtime/runtime-tensor.ts'
import { compileEvaluation } from '../evaluation.ts'
import { readGolden, relativeError } from '../testing/golden.ts'
import { hashedUniform, hashedWeights, hashedWords } from '../testing/hashed-weights.ts'
import { gradientsOf } from '../testing/training-steps.ts'
import { initialState, trainableWeights } from '../trainable-state.ts'

const classes = 5
const labels = Array.from(hashedWords('labels', 3), (word) => word % classes)
const samples: RuntimeTensor = { type: 'float32', ...hashedUniform('every kind', [3, 11, 9, 4], -4, 4) }

let runtime: GraphRuntime
beforeAll(async () => {
  runtime = await createOnnxGraphRuntime()
})

/** Every kind of layer that can be trained through, as in tools/parity/training.py. */
function everyKind(): Network {
  const builder = new NetworkBuilder()
  const padded = builder.zeroPadding(builder.input([11, 9, 4]), [[1, 0], [0, 2]])
  const a = builder.activation(builder.convolution(padded, 6, 3, { strides: 2, padding: 'same' }), 'relu6')
  const b = builder.activation(builder.convolution(a, 6, 1), 'relu')
  const d = builder.concatenate([builder.sum([a, b]), a])
  const pooled = [
    builder.maxPooling(d, 3, { strides: 2, padding: 'same' }),
    builder.averagePooling(d, 3, { strides: 2, padding: 'same' }),
    builder.maxPooling(d, 2),
    builder.averagePooling(d, 2),
  ]
  const g = builder.sum(pooled)
  const h = builder.convolution(g, 5, 3, { padding: 'same', useBias: false })
  const vectors = [builder.globalAveragePooling(h), builder.globalMaxPooling(h), builder.reshape(h, [45]), builder.flatten(g)]
  const hidden = builder.dense(builder.concatenate(vectors), 9, { activation: 'relu' })
  const network = builder.finish('every kind', builder.dense(hidden, classes, { activation: 'softmax' }))
  // The builder makes no dilated convolution.
  return { ...network, layers: network.layers.map((layer) => (layer.name === h && layer.kind === 'convolution' ? { ...layer, dilation: [2, 2] as const } : layer)) }
}

async function meanLoss(network: Network, weights: NetworkWeights): Promise<number> {
  const trainable = trainableWeights(network, [])
  const session = await runtime.createSession(compileEvaluation(network, weights, trainable, { preprocessing: null }))
  const outputs = await session.run({
    samples,
    labels: { type: 'int64', shape: [3], data: BigInt64Array.from(labels, BigInt) },
    ...initialState(trainable, weights),
  })
  await session.dispose()
  const losses = outputs['losses']!.data as Float32Array
  return losses.reduce((sum, value) => sum + value, 0) / losses.length
}

test.each(['general', 'for WebGPU', 'in blocks'])('gradients by every weight are those of TensorFlow; operators: %s', async (operators) => {
  const network = everyKind()
  const golden = await readGolden('training')
  const gradients = await gradientsOf({ runtime, network, weights: hashedWeights(network), samples, labels, forWebgpu: operators === 'for WebGPU', channelBlock: operators === 'in blocks' ? await channelBlock(runtime) : null })
  for (const [place, tensors] of [...gradients.values()].entries()) {
    for (const [index, { shape, data }] of Object.values(tensors).entries()) {
      const expected = golden[`gradients/${place}/${index}`]!
      expect(shape).toEqual(expected.shape)
      expect(relativeError(data, expected.data)).toBeLessThan(1e-4)
    }
  }
})

test('gradients agree with finite differences of the loss along a random direction of each weight', async () => {
  const network = everyKind()
  const weights = hashedWeights(network)
  const gradients = await gradientsOf({ runtime, network, weights, samples, labels })
  for (const [layerName, tensors] of gradients) {
    for (const [weightName, gradient] of Object.entries(tensors)) {
      const direction = hashedUniform(`direction of ${layerName}/${weightName}`, gradient.shape, -1, 1).data
      const step = 2e-3 / Math.sqrt(direction.length)
      const moved = (sign: number): NetworkWeights => {
        const { shape, data } = weights.get(layerName)![weightName]!
        const tensor = { shape, data: data.map((value, index) => value + sign * step * direction[index]!) }
        return new Map(weights).set(layerName, { ...weights.get(layerName), [weightName]: tensor })
      }
      const measured = ((await meanLoss(network, moved(1))) - (await meanLoss(network, moved(-1)))) / (2 * step)
      const computed = direction.reduce((sum, value, index) => sum + value * gradient.data[index]!, 0)
      const size = Math.sqrt(gradient.data.reduce((sum, value) => sum + value * value, 0) * direction.reduce((sum, value) => sum + value * value, 0))
      expect(Math.abs(measured - computed) / size, `${layerName}/${weightName}`).toBeLessThan(2e-2)
    }
  }
}, 60_000)
