import { phaseSchema } from '@graft/contracts/recipe'
import { beforeAll, expect, test } from 'vitest'
import { NetworkBuilder } from '../network/builder.ts'
import { createRandom } from '@graft/statistics/random'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { initializeWeights } from '../weights/initialize.ts'
import type { LabelledSamples } from './labelled-samples.ts'
import { trainEpochs, type PhaseProgress, type TrainedNetwork, type TrainEpochsOptions } from './train-epochs.ts'

const [classes, dimension] = [3, 12]
let runtime: Runtime
beforeAll(async () => {
  runtime = await createOnnxRuntime({ threads: 1 })
})

/** Features around one centre a class. */
function clusters(count: number, seed: number): LabelledSamples & { samples: Float32Array } {
  const random = createRandom(seed)
  const labels = Int32Array.from({ length: count }, (_, index) => index % classes)
  return { labels, samples: Float32Array.from({ length: count * dimension }, (_, index) => ((index % dimension) % classes === labels[Math.floor(index / dimension)]! ? 1 : 0) + random.normal()) }
}

const builder = new NetworkBuilder()
const hidden = builder.dropout(builder.dense(builder.input([dimension]), 10, { activation: 'relu' }), 0.3)
const network = builder.finish('head', builder.dense(hidden, classes, { activation: 'softmax' }))

const phase = phaseSchema.parse({ kind: 'feature-extraction', epochs: 6, batchSize: 8, optimizer: { name: 'Adam', learningRate: 0.01, averageMomentum: 0.9 }, schedule: { kind: 'cosine', warmUp: 1 } })
const train = clusters(45, 1)
const options = (): TrainEpochsOptions => ({ runtime, network, weights: initializeWeights(network, 3), train, validation: clusters(20, 2), preprocessing: null, phase, seed: 7 })
const untimed = ({ weights, history, bestEpoch }: TrainedNetwork) => ({ weights, bestEpoch, history: history.map((metrics) => ({ ...metrics, seconds: 0 })) })

test.each([1, 4, 6])('a training that is resumed after epoch %i comes out bit by bit as one that was not interrupted', async (epoch) => {
  const checkpoints: PhaseProgress[] = []
  const whole = await trainEpochs({ ...options(), onCheckpoint: async (progress) => void checkpoints.push(structuredClone(await progress())) })
  expect(checkpoints).toHaveLength(6)
  const resumed = await trainEpochs({ ...options(), weights: initializeWeights(network, 99), resume: checkpoints[epoch - 1]! })
  expect(untimed(resumed)).toEqual(untimed(whole))
})

test('a phase that was through gives what it had come to', async () => {
  let last: PhaseProgress | null = null
  const whole = await trainEpochs({ ...options(), onCheckpoint: async (progress) => void (last = await progress()) })
  expect(await trainEpochs({ ...options(), resume: { ...last!, state: null } })).toEqual(whole)
})

test('samples that are made chunk by chunk train as those that lie in memory; the last epoch counts where nothing validates', async () => {
  const validation = { samples: new Float32Array(), labels: new Int32Array() }
  const stored = await trainEpochs({ ...options(), validation })
  expect(stored.bestEpoch).toBe(6)
  const epochs: number[] = []
  const made = await trainEpochs({
    ...options(),
    validation,
    train: { samples: new Float32Array(), labels: train.labels },
    async *source(epoch, order) {
      epochs.push(epoch)
      for (let first = 0; first < order.length; first += 16) {
        const chosen = order.subarray(first, first + 16)
        const data = Float32Array.from({ length: chosen.length * dimension }, (_, index) => train.samples[chosen[Math.floor(index / dimension)]! * dimension + (index % dimension)]!)
        yield { samples: { type: 'float32', shape: [chosen.length, dimension], data }, labels: Int32Array.from(chosen, (index) => train.labels[index]!) }
      }
    },
  })
  expect(epochs).toEqual([1, 2, 3, 4, 5, 6])
  expect(made.weights).toEqual(stored.weights)
})

test('validation samples that are read chunk by chunk count as those in memory', async () => {
  const { validation } = options()
  const stored = await trainEpochs(options())
  const made = await trainEpochs({
    ...options(),
    validation: { samples: new Float32Array(), labels: validation.labels },
    async *validationSource() {
      const samples = validation.samples as Float32Array
      for (const [first, end] of [[0, 13], [13, 20]] as const) yield { samples: { type: 'float32', shape: [end - first, dimension], data: samples.subarray(first * dimension, end * dimension) }, labels: validation.labels.subarray(first, end) }
    },
  })
  expect(untimed(made).weights).toEqual(untimed(stored).weights)
})

test('phases draw orders and masks of their own', async () => {
  const [first, second] = [await trainEpochs({ ...options(), phaseIndex: 0 }), await trainEpochs({ ...options(), phaseIndex: 1 })]
  expect(first.weights).toEqual((await trainEpochs(options())).weights)
  expect(second.weights).not.toEqual(first.weights)
})

test('early stopping ends a phase that does not get better, and keeps its best epoch', async () => {
  const { history, bestEpoch } = await trainEpochs({ ...options(), phase: { ...phase, epochs: 50, schedule: undefined, earlyStopping: { monitor: 'validation/accuracy', patience: 3, minimumDelta: 0 } } })
  expect(history.length).toBeLessThan(50)
  const accuracies = history.map(({ validationAccuracy }) => validationAccuracy)
  expect(accuracies[bestEpoch - 1]).toBe(Math.max(...accuracies))
  expect(accuracies.indexOf(Math.max(...accuracies))).toBe(history.length - 4)
})

test.each([
  ['early stopping', { earlyStopping: { monitor: 'validation/loss' as const, patience: 3, minimumDelta: 0 } }, 'phases.0.earlyStopping'],
  ['a plateau', { schedule: { kind: 'reduce-on-plateau' as const, factor: 0.1, patience: 2, minimumDelta: 0, cooldown: 0, minimumLearningRate: 0 } }, 'phases.0.schedule'],
])('%s without validation samples is a clear error', async (_, wish, field) => {
  const validation = { samples: new Float32Array(), labels: new Int32Array() }
  await expect(trainEpochs({ ...options(), validation, phase: { ...phase, ...wish } })).rejects.toMatchObject({ code: 'invalid_input', field })
})
