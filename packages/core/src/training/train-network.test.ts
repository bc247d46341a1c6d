import type { Preprocessing } from '@graft/contracts/model'
import type { Phase } from '@graft/contracts/recipe'
import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { expect, test } from 'vitest'
import { buildNetwork } from '../network/build.ts'
import { createRandom } from '@graft/statistics/random'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import { predictProbabilities } from './predict-probabilities.ts'
import { trainNetwork, type LabelledPixels } from './train-network.ts'

const size = 24
const preprocessing: Preprocessing = { mode: 'unit', inputSize: [size, size], interpolation: 'bilinear' }
const phase: Phase = { kind: 'feature-extraction', epochs: 3, batchSize: 32, optimizer: optimizerSchema.parse({ name: 'Adam', learningRate: 0.003 }) }

/** Noise in which one colour is a little stronger. */
function images(count: number, seed: number): LabelledPixels {
  const random = createRandom(seed)
  const labels = Int32Array.from({ length: count }, (_, index) => index % 3)
  const pixels = Uint8Array.from({ length: count * size * size * 3 }, (_, index) => random.integer(160) + (index % 3 === labels[Math.floor(index / (size * size * 3))] ? 60 : 0))
  return { pixels, labels }
}

test('the three-layer network learns from pixels, in several runs an epoch, and repeats bit by bit', async () => {
  const runtime = await createOnnxRuntime()
  const network = buildNetwork({ architecture: 'three-layer-convnet', inputSize: [size, size], includeTop: true, classes: 3 })
  // 300 images are two runs of the loop; the last batch has 12.
  const options = { runtime, network, train: images(300, 1), validation: images(40, 2), preprocessing, phase, seed: 5 }
  const trained = await trainNetwork(options)
  expect(trained.history.at(-1)!.validationAccuracy).toBeGreaterThan(0.9)
  expect((await trainNetwork(options)).weights).toEqual(trained.weights)

  const probabilities = await predictProbabilities({ runtime, network, weights: trained.weights, input: options.validation.pixels, preprocessing })
  expect(probabilities).toHaveLength(40 * 3)
  const best = trained.history[trained.bestEpoch - 1]!
  const loss = options.validation.labels.reduce((sum, label, row) => sum - Math.log(probabilities[row * 3 + label]!), 0) / 40
  expect(loss).toBeCloseTo(best.validationLoss, 4)
}, 60_000)

test('pixels of another size are a mismatch', async () => {
  const network = buildNetwork({ architecture: 'three-layer-convnet', inputSize: [32, 32], includeTop: true, classes: 3 })
  const options = { runtime: await createOnnxRuntime(), network, train: images(40, 1), validation: images(40, 2), preprocessing, phase, seed: 5 }
  await expect(trainNetwork(options)).rejects.toMatchObject({ code: 'mismatch' })
})
