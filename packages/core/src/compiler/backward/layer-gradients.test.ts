import { beforeAll, expect, test } from 'vitest'
import { NetworkBuilder } from '../../network/builder.ts'
import type { Activation, Network, NetworkWeights, Tensor } from '../../network/description.ts'
import type { GraphRuntime } from '../../runtime/graph-runtime.ts'
import { channelBlock } from '../../runtime/onnx/channel-block.ts'
import { createOnnxGraphRuntime } from '../../runtime/onnx/onnx-graph-runtime.ts'
import type { RuntimeTensor } from '../../runtime/runtime-tensor.ts'
import { recordAgreement, recordRelativeAgreement } from '../../testing/agreement.ts'
import { readGolden } from '../testing/golden.ts'
import { hashedUniform, hashedWeights, hashedWords } from '../testing/hashed-weights.ts'
import { gradientsOf, runTrainingSteps } from '../testing/training-steps.ts'

// As in tools/parity/layer_gradients.py.
const [samples, classes, shape] = [3, 4, [5, 6, 4]]
type Add = (builder: NetworkBuilder, input: string) => string
const activation = (name: Activation): Add => (builder, input) => builder.activation(input, name)
const cases: Readonly<Record<string, Add>> = {
  relu: activation('relu'),
  relu6: activation('relu6'),
  elu: activation('elu'),
  swish: activation('swish'),
  sigmoid: activation('sigmoid'),
  tanh: activation('tanh'),
  gelu: activation('gelu'),
  softmax: (builder, input) => builder.dense(builder.flatten(input), 5, { activation: 'softmax' }),
  'batch-normalization, kept': (builder, input) => builder.batchNormalization(input),
  'batch-normalization, updated': (builder, input) => builder.batchNormalization(input, { momentum: 0.9, isNew: true }),
  'batch-normalization, without scale': (builder, input) => builder.batchNormalization(input, { scale: false, epsilon: 0.01, isNew: true }),
  'batch-normalization of a vector': (builder, input) => builder.batchNormalization(builder.dense(builder.flatten(input), 6), { isNew: true }),
  'average-pooling, same': (builder, input) => builder.averagePooling(input, 3, { strides: 2, padding: 'same' }),
  'max-pooling, same': (builder, input) => builder.maxPooling(input, 3, { strides: 2, padding: 'same' }),
  'global-average-pooling, kept dimensions': (builder, input) => builder.convolution(builder.globalAveragePooling(input, { keepDimensions: true }), 5, 1),
  'global-max-pooling, kept dimensions': (builder, input) => builder.convolution(builder.globalMaxPooling(input, { keepDimensions: true }), 5, 1),
  'zero-padding': (builder, input) => builder.convolution(builder.zeroPadding(input, [[0, 1], [2, 1]]), 3, 3, { strides: 2 }),
  'dense on an image': (builder, input) => builder.dense(input, 3, { activation: 'tanh' }),
  'one output used thrice': (builder, input) => {
    const inner = builder.activation(input, 'elu')
    return builder.concatenate([builder.sum([inner, builder.activation(inner, 'tanh')]), inner])
  },
}

function networkOf(add: Add): Network {
  const builder = new NetworkBuilder()
  const last = add(builder, builder.convolution(builder.input(shape), 4, 1))
  return builder.finish('layer', builder.dense(builder.flatten(last), classes, { activation: 'softmax' }))
}

const images: RuntimeTensor = { type: 'float32', ...hashedUniform('images', [samples, ...shape], -2, 2) }
const labels = Array.from(hashedWords('labels', samples), (word) => word % classes)
let golden: Record<string, Tensor>
let runtime: GraphRuntime
beforeAll(async () => {
  golden = await readGolden('layer-gradients')
  runtime = await createOnnxGraphRuntime()
})

const layouts = Object.keys(cases).flatMap((name) => (['', ', in blocks'] as const).map((layout) => [name, layout] as const))

test.each(layouts)('gradients through %s%s are those of TensorFlow', async (name, layout) => {
  const network = networkOf(cases[name]!)
  const gradients = await gradientsOf({ runtime, network, weights: hashedWeights(network), samples: images, labels, channelBlock: layout === '' ? null : await channelBlock(runtime) })
  const [found, expected]: [number[], number[]] = [[], []]
  for (const [place, [layer, tensors]] of [...gradients].entries()) {
    // Biases under a batch normalization have no gradient: what there is, is rounding, so the whole is compared.
    for (const [index, tensor] of Object.values(tensors).entries()) {
      const reference = golden[`${name}/${place}/${index}`]!
      expect(tensor.shape, layer).toEqual(reference.shape)
      found.push(...tensor.data)
      expected.push(...reference.data)
    }
  }
  recordRelativeAgreement({ group: 'Gradients', subject: `${name}${layout}`, reference: 'TensorFlow', tolerance: 1e-5, found, expected })
})

test.each(Object.keys(cases))('gradients through %s agree with finite differences of the training loss', async (name) => {
  const network = networkOf(cases[name]!)
  const weights = hashedWeights(network)
  const gradients = await gradientsOf({ runtime, network, weights, samples: images, labels })
  let [largest, products] = [0, 0]
  for (const [layer, tensors] of gradients) {
    for (const [weight, gradient] of Object.entries(tensors).filter(([key]) => !key.startsWith('moving'))) {
      const direction = hashedUniform(`direction of ${layer}/${weight}`, gradient.shape, -1, 1).data
      const step = 1e-2 / Math.sqrt(direction.length)
      const lossAt = async (sign: number): Promise<number> => {
        const tensor = { shape: gradient.shape, data: weights.get(layer)![weight]!.data.map((value, index) => value + sign * step * direction[index]!) }
        return trainingLoss(network, new Map(weights).set(layer, { ...weights.get(layer), [weight]: tensor }))
      }
      const measured = ((await lossAt(1)) - (await lossAt(-1))) / (2 * step)
      largest = Math.max(largest, Math.abs(measured - direction.reduce((sum, value, index) => sum + value * gradient.data[index]!, 0)))
      products = Math.max(products, Math.abs(measured))
    }
  }
  recordAgreement({ group: 'Gradients', subject: name, reference: 'finite differences', measure: 'relative', difference: largest / products, tolerance: 1e-2 })
}, 60_000)

/** With batch statistics where the layer goes by them: the loss that a step reports before it updates. */
async function trainingLoss(network: Network, weights: NetworkWeights): Promise<number> {
  const optimizer = { name: 'SGD', learningRate: 1, momentum: 0, nesterov: false } as const
  const { losses } = await runTrainingSteps({ runtime, network, weights, samples: images, labels, optimizer, batchSize: samples, orders: [labels.map((_, index) => index)] })
  return losses[0]!
}
