import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { createRandom } from '@graft/statistics/random'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { trainHead, type LabelledFeatures } from '../src/training/train-head.ts'
import { startKeras } from './keras-process.ts'
import { median } from './median.ts'

/**
 * A search over 50 head recipes on one dataset and model (592 training and 169 validation samples of 2,048 features, 10 classes, 20
 * epochs each, as the seed study's butterflies): seconds a recipe with everything that a recipe takes (compiling the graph, training,
 * validation after each epoch, keeping the best weights). Keras's fit trains the same recipe after each, without a feature cache's
 * cost on either side. `npm run bench -- fifty-heads [RECIPES]`.
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

const [train, validation] = [labelled(592), labelled(169)]
const runtime = await createOnnxRuntime()
const keras = await startKeras('time_heads.py', [train.labels.length, validation.labels.length, dimension, classes, epochs, JSON.stringify(recipes)])
const [ours, ofKeras]: [number[], number[]] = [[], []]
for (const { units, dropout, batchSize, optimizer, learningRate } of recipes) {
  const began = performance.now()
  await trainHead({
    runtime,
    train,
    validation,
    classes,
    head: { pooling: 'average', dense: units === 0 ? [] : [{ units, activation: 'relu', dropout }] },
    phase: { kind: 'feature-extraction', epochs, batchSize, optimizer: optimizerSchema.parse({ name: optimizer, learningRate }) },
    seed: 0,
  })
  ours.push((performance.now() - began) / 1000)
  if (keras !== null) ofKeras.push((await keras.measure()) / 1000)
}
keras?.close()
const total = (seconds: readonly number[]): number => seconds.reduce((sum, value) => sum + value, 0)
const comparison = keras === null ? '(no Keras here: set GRAFT_PARITY_PYTHON)' : `Keras ${(total(ofKeras) / count).toFixed(2)} (${(total(ofKeras) / total(ours)).toFixed(1)}x in sum, ${median(ofKeras.map((seconds, index) => seconds / ours[index]!)).toFixed(1)}x in the median)`
console.log(`${count} head recipes, ${epochs} epochs each, seconds a recipe: Graft ${(total(ours) / count).toFixed(2)}, ${comparison}; peak memory of this process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`)
