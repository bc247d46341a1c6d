import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FeatureStore } from '@graft/contracts/feature-store'
import { seedRecipe } from '@graft/contracts/recipe/presets'
import { openFolder } from '../src/dataset/folder-source.ts'
import { importDataset } from '../src/dataset/import.ts'
import { createMemoryFeatureStore } from '../src/features/testing/memory-feature-store.ts'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { runTrial } from '../src/trial/run-trial.ts'
import { findModel } from '../src/weights/catalog.ts'
import { resolveWeights } from '../src/weights/resolve.ts'
import { peakMemoryLine } from './peak-memory.ts'

/**
 * Seconds of the first trial on a dataset and of the next seed, which finds its features computed: the sample photos of signed digits
 * (or a folder given as argument) with the bundled MobileNetV2. `npm run bench -- second-trial [FOLDER]`.
 */
const given = process.argv[2]
const folder = given ?? fileURLToPath(new URL('../../../samples/sign-digits', import.meta.url))
if (!existsSync(folder)) throw new Error(`There is no folder ${folder}.`)

const cacheFolder = await mkdtemp(path.join(tmpdir(), 'graft-bench-'))
const source = await openFolder(folder)
try {
  const { manifest } = await importDataset({ source, splitRule: 'auto', seed: 0 })
  const { model } = findModel('mobilenet-v2')
  const weightFile = await resolveWeights(model.id, { cacheFolder })
  const features: FeatureStore = createMemoryFeatureStore()
  const runtime = await createOnnxRuntime()
  const seconds: number[] = []
  for (const seed of [0, 1]) {
    const { summary } = await runTrial({ runtime, model, weightFile, manifest, recipe: seedRecipe, seed, read: (image) => source.read(image.path), features })
    const { timings, features: reuse } = summary
    seconds.push(timings.total)
    console.log(`seed ${seed}: ${timings.total.toFixed(2)} s (decode ${timings.decode.toFixed(2)}, features ${timings.extraction.toFixed(2)}, head ${timings.training.toFixed(2)}); ${reuse.reused} features reused, ${reuse.computed} computed, ${reuse.secondsSaved.toFixed(2)} s saved`)
  }
  const [first, second] = seconds as [number, number]
  console.log(`${manifest.images.length} images, ${model.name}, 20 epochs: second trial ${second.toFixed(2)} s against ${first.toFixed(2)} s, ${(first / second).toFixed(1)}x`)
  console.log(peakMemoryLine())
} finally {
  await source.close()
  await rm(cacheFolder, { recursive: true, force: true })
}
