import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { createRandom } from '@graft/statistics/random'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { trainHead, type LabelledFeatures } from '../src/training/train-head.ts'
import { trainHeads, type HeadWishes } from '../src/training/train-heads.ts'
import { startKeras } from './keras-process.ts'
import { median } from './median.ts'
import { peakMemoryLine } from './peak-memory.ts'

/**
 * A search over 50 head recipes on one dataset and model (592 training and 169 validation samples of 2,048 features, 10 classes, 20
 * epochs each, as the seed study's butterflies): seconds a recipe with everything that a recipe takes (compiling the graph, training,
 * validation after each epoch, keeping the best weights). Graft one after the other with all cores on each, Graft side by side with a core each
 * (threads are started anew for every group), and Keras's fit, in turns by groups of recipes; without a feature cache's cost on either
 * side. `npm run bench -- fifty-heads [RECIPES]`.
 */
const [dimension, classes, epochs] = [2048, 10, 20]
const count = Number(process.argv[2] ?? 50)

const random = createRandom(0)
function labelled(samples: number): LabelledFeatures {
  const labels = Int32Array.from({ length: samples }, (_, index) => index % classes)
  const features = Float32Array.from({ length: samples * dimension }, (_, index) => random.next() + (index % classes === labels[Math.floor(index / dimension)]! ? 0.1 : 0))
  return { features, labels, dimension }
}

const optimizers = ['RMSprop', 'Adam', 'SGD', 'AdamW', 'Nadam'] as const
const recipes = Array.from({ length: count }, (_, index) => ({
  units: [0, 64, 128, 256, 512, 1024][random.integer(6)]!,
  dropout: [0, 0.25, 0.5][random.integer(3)]!,
  batchSize: [16, 32, 64][random.integer(3)]!,
  optimizer: optimizers[index % optimizers.length]!,
  learningRate: 10 ** -(2 + 2 * random.next()),
}))

const data = { train: labelled(592), validation: labelled(169), classes }
const heads: HeadWishes[] = recipes.map(({ units, dropout, batchSize, optimizer, learningRate }) => ({
  head: { pooling: 'average', dense: units === 0 ? [] : [{ units, activation: 'relu', dropout }] },
  phase: { kind: 'feature-extraction', epochs, batchSize, optimizer: optimizerSchema.parse({ name: optimizer, learningRate }) },
  seed: 0,
}))
const runtime = await createOnnxRuntime()
const keras = await startKeras('time_heads.py', [data.train.labels.length, data.validation.labels.length, dimension, classes, epochs, JSON.stringify(recipes)])
const groupSize = 10
const [alone, together, ofKeras]: [number[], number[], number[]] = [[], [], []]
const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}
for (let first = 0; first < heads.length; first += groupSize) {
  const group = heads.slice(first, first + groupSize)
  alone.push(
    await secondsOf(async () => {
      for (const wishes of group) await trainHead({ ...data, ...wishes, runtime })
    }),
  )
  together.push(await secondsOf(() => trainHeads(data, group)))
  if (keras === null) continue
  let milliseconds = 0
  for (const _ of group) milliseconds += await keras.measure()
  ofKeras.push(milliseconds / 1000)
  console.error(`recipes ${first + 1} to ${first + group.length}, seconds: side by side ${together.at(-1)!.toFixed(1)}, one after the other ${alone.at(-1)!.toFixed(1)}, Keras ${ofKeras.at(-1)!.toFixed(1)}`)
}
const kerasPeak = keras?.peakMemory()
keras?.close()
const aRecipe = (seconds: readonly number[]): string => (seconds.reduce((sum, value) => sum + value, 0) / count).toFixed(2)
/** In sum, and in the median over the groups. */
const ratio = (other: readonly number[], ours: readonly number[]): string => `${(Number(aRecipe(other)) / Number(aRecipe(ours))).toFixed(1)}x, median of groups ${median(other.map((seconds, group) => seconds / ours[group]!)).toFixed(1)}x`
console.log(`${count} head recipes, ${epochs} epochs each, seconds a recipe (in turns, ${groupSize} at a time):`)
console.log(`Graft side by side ${aRecipe(together)}; one after the other ${aRecipe(alone)} (${ratio(alone, together)}); ${keras === null ? 'no Keras here: set GRAFT_PARITY_PYTHON' : `Keras ${aRecipe(ofKeras)} (${ratio(ofKeras, together)}; of one after the other ${ratio(ofKeras, alone)})`}`)
console.log(peakMemoryLine({ Keras: kerasPeak }))
