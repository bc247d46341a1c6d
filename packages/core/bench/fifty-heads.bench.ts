import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { createRandom } from '@graft/statistics/random'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { trainHead, type LabelledFeatures } from '../src/training/train-head.ts'
import { startKeras } from './keras-process.ts'
import { peakMemoryLine } from './peak-memory.ts'
import { openSideBySide, type HeadWishes } from './side-by-side.ts'

/**
 * A search over 50 head recipes on one dataset and model (592 training and 169 validation samples of 2,048 features, 10 classes, 20
 * epochs each, as the seed study's butterflies): seconds a recipe with everything that a recipe takes (compiling the graph, training,
 * validation after each epoch, keeping the best weights), features at hand on every side. In turns by groups of ten: all of them side by side, one on
 * each processor; then the first two of the group one after the other with all processors on each, and by Keras's fit, which takes some seconds to
 * trace each. Then the least that stacking heads of like shape in one graph could take. `npm run bench -- fifty-heads [RECIPES]`.
 */
const [dimension, classes, epochs, groupSize, sampled] = [2048, 10, 20, 10, 2]
const count = Number(process.argv[2] ?? 50)

const random = createRandom(0)
function labelled(samples: number): LabelledFeatures {
  const labels = Int32Array.from({ length: samples }, (_, index) => index % classes)
  const features = Float32Array.from({ length: samples * dimension }, (_, index) => random.next() + (index % classes === labels[Math.floor(index / dimension)]! ? 0.1 : 0))
  return { features, labels, dimension }
}

const optimizers = ['RMSprop', 'Adam', 'SGD', 'AdamW', 'Nadam'] as const
const recipes = Array.from({ length: count }, () => ({
  units: [0, 64, 128, 256, 512, 1024][random.integer(6)]!,
  dropout: [0, 0.25, 0.5][random.integer(3)]!,
  batchSize: [16, 32, 64][random.integer(3)]!,
  optimizer: optimizers[random.integer(optimizers.length)]!,
  learningRate: 10 ** -(2 + 2 * random.next()),
}))
type HeadSettings = (typeof recipes)[number]

const data = { train: labelled(592), validation: labelled(169), classes }
const wishesOf = ({ units, dropout, batchSize, optimizer, learningRate }: HeadSettings): HeadWishes => ({
  head: { pooling: 'average', dense: units === 0 ? [] : [{ units, activation: 'relu', dropout }] },
  phase: { kind: 'feature-extraction', epochs, batchSize, optimizer: optimizerSchema.parse({ name: optimizer, learningRate }) },
  seed: 0,
})

/** Seconds that passed, and seconds of processor time; added up over recipes. */
class Cost {
  wall = 0
  processor = 0
  recipes = 0
  async add(trained: number, work: () => Promise<unknown>, processorSeconds = (): number => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6): Promise<void> {
    const [began, before] = [performance.now(), processorSeconds()]
    await work()
    this.wall += (performance.now() - began) / 1000
    this.processor += processorSeconds() - before
    this.recipes += trained
  }
  words = (): string => `${(this.wall / this.recipes).toFixed(2)} s (${(this.processor / this.recipes).toFixed(2)} s of processor time)`
  over = (other: Cost): string => `${(this.wall / this.recipes / (other.wall / other.recipes)).toFixed(1)}x, processor time ${(this.processor / this.recipes / (other.processor / other.recipes)).toFixed(1)}x`
}

const runtime = await createOnnxRuntime()
const taken = recipes.filter((_, index) => index % groupSize < sampled)
const keras = await startKeras('time_heads.py', [data.train.labels.length, data.validation.labels.length, dimension, classes, epochs, JSON.stringify(taken)])
const threads = await openSideBySide(data)
/** `together`: all recipes; the rest: those that Keras trains. */
const [together, sampledTogether, alone, ofKeras] = [new Cost(), new Cost(), new Cost(), new Cost()]
for (let first = 0; first < count; first += groupSize) {
  const group = recipes.slice(first, first + groupSize)
  const some = group.slice(0, sampled)
  await sampledTogether.add(some.length, () => threads.train(some.map(wishesOf)))
  await together.add(group.length - some.length, () => threads.train(group.slice(sampled).map(wishesOf)))
  await alone.add(some.length, async () => {
    for (const settings of some) await trainHead({ ...data, ...wishesOf(settings), runtime })
  })
  if (keras !== null) await ofKeras.add(some.length, async () => {
    for (const _ of some) await keras.measure()
  }, keras.processorSeconds)
  console.error(`${Math.min(count, first + groupSize)} of ${count} recipes: side by side ${sampledTogether.words()}, one after the other ${alone.words()}${keras === null ? '' : `, Keras ${ofKeras.words()}`}`)
}
const kerasPeak = keras?.peakMemory()
keras?.close()
await threads.close()

console.log(`${count} head recipes, ${epochs} epochs each: side by side ${((together.wall + sampledTogether.wall) / count).toFixed(2)} s a recipe, ${(together.wall + sampledTogether.wall).toFixed(0)} s in all`)
console.log(`the same ${taken.length} of them, a recipe: side by side ${sampledTogether.words()}; one after the other ${alone.words()}, ${alone.over(sampledTogether)}; ${keras === null ? 'no Keras here: set GRAFT_PARITY_PYTHON' : `Keras ${ofKeras.words()}, ${ofKeras.over(sampledTogether)} of side by side, ${ofKeras.over(alone)} of one after the other`}`)

/**
 * A graph that stacks heads of like shape computes at least one dense layer of all their units together. Its processor time beside that of
 * as many heads alone, all on one thread.
 */
const oneThread = await createOnnxRuntime({ threads: 1 })
const stacked = 8
for (const units of [16, 64, 256]) {
  const [apart, inOne] = [new Cost(), new Cost()]
  const head = (width: number): Parameters<typeof trainHead>[0] => {
    const wishes = wishesOf({ units: width, dropout: 0, batchSize: 32, optimizer: 'RMSprop', learningRate: 1e-3 })
    return { ...data, ...wishes, phase: { ...wishes.phase, epochs: 4 }, runtime: oneThread }
  }
  for (let round = 0; round < 2; round++) {
    await apart.add(stacked, async () => {
      for (let time = 0; time < stacked; time++) await trainHead(head(units))
    })
    await inOne.add(stacked, () => trainHead(head(units * stacked)))
  }
  console.log(`${stacked} heads of ${units} units, 4 epochs, milliseconds of processor time a head: each in a graph of its own ${((apart.processor / apart.recipes) * 1000).toFixed(0)}, in one graph at least ${((inOne.processor / inOne.recipes) * 1000).toFixed(0)}`)
}
console.log(peakMemoryLine({ Keras: kerasPeak }))
