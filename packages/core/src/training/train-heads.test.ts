import type { Phase } from '@graft/contracts/recipe'
import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { createRandom } from '@graft/statistics/random'
import { expect, test } from 'vitest'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import { trainHead, type LabelledFeatures } from './train-head.ts'
import { trainHeads, type HeadWishes } from './train-heads.ts'

const [classes, dimension] = [3, 40]

function labelled(count: number, seed: number): LabelledFeatures {
  const random = createRandom(seed)
  const labels = Int32Array.from({ length: count }, (_, index) => index % classes)
  return { features: Float32Array.from({ length: count * dimension }, (_, index) => random.normal() + labels[Math.floor(index / dimension)]!), labels, dimension }
}
const data = { train: labelled(61, 1), validation: labelled(20, 2), classes }
const phaseOf = (batchSize: number, optimizer: string, learningRate = 0.005): Phase => ({ kind: 'feature-extraction', epochs: 3, batchSize, optimizer: optimizerSchema.parse({ name: optimizer, learningRate }) })
const heads: HeadWishes[] = [
  { head: { pooling: 'average', dense: [] }, phase: phaseOf(8, 'Adam'), seed: 1 },
  { head: { pooling: 'average', dense: [{ units: 64, activation: 'relu', dropout: 0.3 }] }, phase: phaseOf(16, 'RMSprop'), seed: 2 },
  { head: { pooling: 'average', dense: [] }, phase: phaseOf(1000, 'SGD'), seed: 3 }, // a batch larger than the data
  { head: { pooling: 'average', dense: [{ units: 300, activation: 'relu', dropout: 0, batchNormalization: true, l2: 1e-4 }] }, phase: phaseOf(8, 'AdamW'), seed: 4, loss: { name: 'cross-entropy', labelSmoothing: 0.1 } },
]

test('heads side by side come out bit by bit as each alone on one thread; one that cannot be trained leaves the others', async () => {
  const runtime = await createOnnxRuntime({ threads: 1 })
  const seen: number[] = []
  const outcomes = await trainHeads(data, heads, { threads: 2, onHead: (index) => void seen.push(index) })
  expect(seen.toSorted()).toEqual([0, 1, 2, 3])
  expect(outcomes).toHaveLength(heads.length)
  expect(outcomes[2]!.error).toMatchObject({ code: 'invalid_input', field: 'phases.0.batchSize' })
  for (const index of [0, 1, 3]) {
    const { trained } = outcomes[index]!
    const alone = await trainHead({ ...data, ...heads[index]!, runtime })
    expect(trained!.weights).toEqual(alone.weights)
    expect(trained!.network).toEqual(alone.network)
    expect(trained!.bestEpoch).toBe(alone.bestEpoch)
    expect(trained!.history.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss])).toEqual(alone.history.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]))
  }
})

test('a signal ends them', async () => {
  const stop = new AbortController()
  const long = heads.map((wishes) => ({ ...wishes, phase: { ...wishes.phase, epochs: 1000 } }))
  const running = trainHeads(data, long, { threads: 1, signal: stop.signal })
  setTimeout(() => stop.abort(), 50)
  await expect(running).rejects.toMatchObject({ code: 'aborted' })
  await expect(trainHeads(data, heads, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
  await expect(trainHeads(data, [])).resolves.toEqual([])
})
