import type { Phase } from '@graft/contracts/recipe'
import type { HeadRecipe } from '@graft/contracts/recipe/layers'
import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { beforeAll, expect, test } from 'vitest'
import { createRandom } from '@graft/statistics/random'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { EpochMetrics } from './epoch-metrics.ts'
import { predictProbabilities } from './predict-probabilities.ts'
import { trainHead, type LabelledFeatures, type TrainedHead } from './train-head.ts'

const [classes, dimension] = [3, 20]
const head: HeadRecipe = { pooling: 'average', dense: [{ units: 16, activation: 'relu', dropout: 0.25 }] }
const phase: Phase = { kind: 'feature-extraction', epochs: 6, batchSize: 8, optimizer: optimizerSchema.parse({ name: 'RMSprop', learningRate: 0.005 }) }

let runtime: Runtime
beforeAll(async () => {
  runtime = await createOnnxRuntime()
})

/** Features around one centre a class. */
function clusters(count: number, seed: number): LabelledFeatures {
  const centres = createRandom(1).fork('centres')
  const centre = Array.from({ length: classes * dimension }, () => centres.normal())
  const noise = createRandom(seed)
  const labels = Int32Array.from({ length: count }, (_, index) => index % classes)
  const features = Float32Array.from({ length: count * dimension }, (_, index) => centre[labels[Math.floor(index / dimension)]! * dimension + (index % dimension)]! + 0.8 * noise.normal())
  return { features, labels, dimension }
}

const untimed = ({ history }: TrainedHead): EpochMetrics[] => history.map((metrics) => ({ ...metrics, seconds: 0 }))

const train = clusters(61, 2)
const validation = clusters(20, 3)
const options = { train, validation, classes, head, phase, seed: 7 }

test('a head learns to tell classes apart and keeps the weights of its best epoch', async () => {
  const seen: EpochMetrics[] = []
  const trained = await trainHead({ ...options, runtime, onEpoch: (metrics) => void seen.push(metrics) })
  expect(seen).toEqual(trained.history)
  expect(trained.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6])
  const best = trained.history[trained.bestEpoch - 1]!
  expect(best.validationAccuracy).toBe(Math.max(...trained.history.map(({ validationAccuracy }) => validationAccuracy)))
  expect(best.validationAccuracy).toBeGreaterThan(0.9)

  // The kept weights are those that gave the best epoch's figures.
  const probabilities = await predictProbabilities({ runtime, network: trained.network, weights: trained.weights, input: validation.features })
  let [loss, correct] = [0, 0]
  for (const [row, label] of validation.labels.entries()) {
    const own = probabilities.subarray(row * classes, (row + 1) * classes)
    loss -= Math.log(own[label]!) / validation.labels.length
    correct += own.indexOf(Math.max(...own)) === label ? 1 : 0
  }
  expect(correct / validation.labels.length).toBe(best.validationAccuracy)
  expect(loss).toBeCloseTo(best.validationLoss, 5)
})

test('the same seed gives bit-identical weights, another seed others', async () => {
  const [first, second, other] = [await trainHead({ ...options, runtime }), await trainHead({ ...options, runtime }), await trainHead({ ...options, runtime, seed: 8 })]
  expect(second.weights).toEqual(first.weights)
  expect(untimed(second)).toEqual(untimed(first))
  expect(other.weights).not.toEqual(first.weights)
})

test('a kernel of several blocks trains as one', async () => {
  // The second kernel, 1024 x 512, is two blocks.
  const trained = await trainHead({ ...options, runtime, head: { pooling: 'average', dense: [1024, 512].map((units) => ({ units, activation: 'relu', dropout: 0 })) } })
  expect(trained.weights.get('head_dense_1')!['kernel']!.shape).toEqual([1024, 512])
  expect(trained.history.at(-1)!.validationAccuracy).toBeGreaterThan(0.9)
}, 60_000)

test('no dense layers: a softmax straight on the features', async () => {
  const trained = await trainHead({ ...options, runtime, head: { pooling: 'average', dense: [] } })
  expect([...trained.weights.keys()]).toEqual(['predictions'])
})

test('without validation samples the last epoch is kept', async () => {
  const trained = await trainHead({ ...options, runtime, validation: { features: new Float32Array(), labels: new Int32Array(), dimension } })
  expect(trained.bestEpoch).toBe(phase.epochs)
})

test('a signal stops training between epochs', async () => {
  const controller = new AbortController()
  const stopping = trainHead({ ...options, runtime, onEpoch: ({ epoch }) => (epoch === 2 ? controller.abort() : undefined), signal: controller.signal })
  await expect(stopping).rejects.toMatchObject({ code: 'aborted' })
})

test.each([
  ['a batch larger than the data', { phase: { ...phase, batchSize: 62 } }, { code: 'invalid_input', field: 'phases.0.batchSize' }],
  ['one class only', { classes: 1 }, { code: 'invalid_input', field: 'dataset' }],
  ['a label beyond the classes', { classes: 2 }, { code: 'invalid_input', field: 'dataset' }],
  ['features of another length', { train: { ...train, dimension: 19 } }, { code: 'mismatch' }],
  [
    'a learning rate at which the weights explode',
    {
      train: { ...train, features: train.features.map((value) => value * 1e6) },
      phase: { ...phase, optimizer: optimizerSchema.parse({ name: 'SGD', learningRate: 10, momentum: 0.99 }) },
      head: { ...head, dense: Array.from({ length: 3 }, () => ({ units: 16, activation: 'linear' as const, dropout: 0 })) },
    },
    { code: 'diverged', field: 'phases.0.optimizer.learningRate' },
  ],
])('%s is a clear error', async (_, changed, expected) => {
  await expect(trainHead({ ...options, runtime, ...changed })).rejects.toMatchObject(expected)
})
