import { seedAugmentation } from '@graft/contracts/recipe/augmentation-presets'
import { createAugmentationPool } from '../src/augmentation/augmentation-pool.ts'
import { augmentedSamples, readFromMemory } from '../src/augmentation/augmented-samples.ts'
import { createRandom } from '@graft/statistics/random'
import { startKeras } from './keras-process.ts'
import { median } from './median.ts'
import { peakMemoryLine } from './peak-memory.ts'

/** One epoch of the seed study's augmentation on 256 images of 224 x 224 in memory: Graft's threads, Keras's ImageDataGenerator, and PyTorch's DataLoader with torchvision, in turns. */
const [count, side, batchSize, rounds] = [256, 224, 32, 5]
const random = createRandom(0)
const pixels = Uint8Array.from({ length: count * side * side * 3 }, () => random.integer(256))
const order = Int32Array.from({ length: count }, (_, index) => index)
const pool = createAugmentationPool(2)

async function epoch(number: number): Promise<number> {
  const began = performance.now()
  for await (const chunk of augmentedSamples({ pool, augmentation: seedAugmentation, size: [side, side], labels: order, classes: count, read: readFromMemory(pixels, side * side * 3), batchSize, seed: 0, epoch: number, order })) void chunk
  return performance.now() - began
}

const args = [count, side, batchSize]
const [keras, torchvision] = [await startKeras('time_augmentation.py', [...args, 'keras']), await startKeras('time_augmentation.py', [...args, 'torchvision']).catch(() => null)]
for (let warm = 1; warm <= 2; warm++) await epoch(warm)
const [ours, ofKeras, ofTorchvision]: [number[], number[], number[]] = [[], [], []]
for (let round = 0; round < rounds; round++) {
  ours.push(await epoch(3 + round))
  if (keras !== null) ofKeras.push(await keras.measure())
  if (torchvision !== null) ofTorchvision.push(await torchvision.measure())
}
const peaks = { Keras: keras?.peakMemory(), 'torchvision (without its two worker processes)': torchvision?.peakMemory() }
keras?.close()
torchvision?.close()
await pool.close()
const rate = (times: readonly number[]): string => ((count * 1000) / median(times)).toFixed(0)
const peer = (name: string, times: readonly number[]): string => (times.length === 0 ? `(no ${name} here)` : `${name} ${rate(times)} (${median(times.map((time, round) => time / ours[round]!)).toFixed(1)}x)`)
console.log(`augmentation, ${count} images of ${side} x ${side}, images a second: Graft ${rate(ours)} (2 threads), ${peer('Keras ImageDataGenerator', ofKeras)}, ${peer('torchvision', ofTorchvision)}`)
console.log(peakMemoryLine(peaks))
