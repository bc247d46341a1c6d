import '@tensorflow/tfjs-backend-wasm'
import { ready, setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { seedRecipe } from '@graft/contracts/recipe/presets'
import { createRandom } from '@graft/statistics/random'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { trainHead } from '../src/training/train-head.ts'
import { startKeras } from './keras-process.ts'
import { median } from './median.ts'
import { peakMemoryLine } from './peak-memory.ts'

/** One epoch of the seed study's head (2048 -> 1024 -> 10, RMSprop, batch 32, 592 samples): Graft, Keras's fit and tfjs (wasm) in turns. */
const [samples, dimension, units, classes, batchSize] = [592, 2048, 1024, 10, 32]
const rounds = 15
const tfjsRounds = 2

const random = createRandom(0)
const features = Float32Array.from({ length: samples * dimension }, () => random.next())
const labels = Int32Array.from({ length: samples }, (_, index) => index % classes)

async function tfjsEpoch(): Promise<() => Promise<number>> {
  await setBackend('wasm')
  await ready()
  const model = sequential({ layers: [layers.dense({ units, activation: 'relu', inputShape: [dimension] }), layers.dense({ units: classes, activation: 'softmax' })] })
  model.compile({ optimizer: 'rmsprop', loss: 'sparseCategoricalCrossentropy' })
  const [x, y] = [tensor2d(features, [samples, dimension]), tensor1d(Float32Array.from(labels))]
  return async () => {
    const began = performance.now()
    await model.fit(x, y, { batchSize, epochs: 1, verbose: 0 })
    return performance.now() - began
  }
}

const keras = await startKeras('time_fit.py', [samples, dimension, units, classes, batchSize])
const tfjs = await tfjsEpoch()
const ours: number[] = []
const ofKeras: number[] = []
const ofTfjs: number[] = []
const empty = { features: new Float32Array(), labels: new Int32Array(), dimension }
const phase = { ...seedRecipe.phases[0]!, epochs: rounds + 2 }
await trainHead({
  runtime: await createOnnxRuntime(),
  train: { features, labels, dimension },
  validation: empty,
  classes,
  head: { pooling: 'average', dense: [{ units, activation: 'relu', dropout: 0 }] },
  phase,
  seed: 0,
  onEpoch: async ({ epoch, seconds }) => {
    if (epoch <= 2) return
    ours.push(seconds * 1000)
    if (keras !== null) ofKeras.push(await keras.measure())
    if (ofTfjs.length < tfjsRounds) ofTfjs.push(await tfjs())
  },
})
const kerasPeak = keras?.peakMemory()
keras?.close()
const ratio = (other: readonly number[]): string => median(other.map((time, round) => time / ours[round]!)).toFixed(1)
const kerasPart = keras === null ? '(no Keras here: set GRAFT_PARITY_PYTHON)' : `Keras fit ${median(ofKeras).toFixed(0)} (${ratio(ofKeras)}x)`
console.log(`head epoch, ${samples} samples, ${dimension} -> ${units} -> ${classes}, batch ${batchSize}, ms: Graft ${median(ours).toFixed(0)}, ${kerasPart}, tfjs wasm ${median(ofTfjs).toFixed(0)} (${ratio(ofTfjs)}x)`)
console.log(`${peakMemoryLine({ Keras: kerasPeak })} (tfjs is in Graft's process)`)
