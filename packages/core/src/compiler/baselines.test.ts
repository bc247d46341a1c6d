import type { ArchitectureName } from '@graft/contracts/model'
import { customNetworkSchema } from '@graft/contracts/recipe/layers'
import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { beforeAll, expect, test } from 'vitest'
import { buildNetwork } from '../network/build.ts'
import { maskInputs } from '../network/mask-inputs.ts'
import type { GraphRuntime } from '../runtime/graph-runtime.ts'
import { createOnnxGraphRuntime } from '../runtime/onnx/onnx-graph-runtime.ts'
import { recordRelativeAgreement } from '../testing/agreement.ts'
import { readGolden } from './testing/golden.ts'
import { hashedPixels, hashedWeights, hashedWords } from './testing/hashed-weights.ts'
import { runTrainingSteps } from './testing/training-steps.ts'

// As tools/parity/baselines.py.
const [samples, batchSize, steps, classes] = [20, 5, 20, 3]
const inputSize = [30, 26] as const

const customLayers = customNetworkSchema.parse([
  { kind: 'convolution', filters: 8, strides: 2, padding: 'same', activation: 'linear', l2: 0.01 },
  { kind: 'batch-normalization' },
  { kind: 'activation', activation: 'elu' },
  { kind: 'separable-convolution', filters: 12, kernel: [1, 3], padding: 'same', activation: 'swish' },
  { kind: 'average-pooling', padding: 'same' },
  { kind: 'depthwise-convolution', activation: 'tanh' },
  { kind: 'dropout', rate: 0.25 },
  { kind: 'convolution', filters: 10, dilation: 2, padding: 'same', activation: 'gelu' },
  { kind: 'global-average-pooling' },
  { kind: 'dense', units: 9 },
  { kind: 'batch-normalization' },
])

let runtime: GraphRuntime
beforeAll(async () => {
  runtime = await createOnnxGraphRuntime()
})

test.each<ArchitectureName>(['one-layer-cnn', 'three-layer-convnet', 'six-layer-cnn', 'custom-cnn'])(
  '%s: the first twenty losses and the weights after them are those of Keras',
  async (architecture) => {
    const network = buildNetwork({ architecture, inputSize, includeTop: true, classes, ...(architecture === 'custom-cnn' && { customLayers }) })
    const golden = await readGolden('baselines')
    const masks = maskInputs(network).map(({ input, shape, rate }, place) => {
      const data = hashedPixels(`mask/${place}`, [samples, ...shape]).map((value) => (value >= 256 * rate ? 1 : 0))
      return [input, { shape, data }] as const
    })
    const trained = await runTrainingSteps({
      runtime,
      network,
      weights: hashedWeights(network),
      optimizer: optimizerSchema.parse({ name: 'RMSprop', learningRate: 0.0001 }),
      batchSize,
      preprocessing: { mode: 'unit', inputSize: [...inputSize], interpolation: 'bilinear' },
      samples: { type: 'uint8', shape: [samples, ...inputSize, 3], data: hashedPixels('images', [samples, ...inputSize, 3]) },
      labels: [...hashedWords('labels', samples)].map((word) => word % classes),
      orders: Array.from({ length: (steps * batchSize) / samples }, (_, epoch) => Array.from({ length: samples }, (__, place) => (place * 3 + epoch) % samples)),
      masks: Object.fromEntries(masks),
    })
    expect(trained.losses).toHaveLength(steps)
    recordRelativeAgreement({ group: 'Baselines', subject: `${architecture}: losses of the first 20 steps`, reference: 'Keras 3', tolerance: 1e-4, found: trained.losses, expected: golden[`${architecture}/losses`]!.data })
    const [found, expected]: [number[], number[]] = [[], []]
    for (const [place, tensors] of [...trained.weights.values()].entries()) {
      for (const [index, { data }] of Object.values(tensors).entries()) {
        const values = golden[`${architecture}/${place}/${index}`]!.data
        const stride = Math.max(1, Math.floor(data.length / 48))
        found.push(...Array.from(values, (_, at) => data[at * stride]!))
        expected.push(...values)
      }
    }
    recordRelativeAgreement({ group: 'Baselines', subject: `${architecture}: weights after 20 steps`, reference: 'Keras 3', tolerance: 1e-5, found, expected })
  },
  60_000,
)
