import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DatasetManifest } from '@graft/contracts/dataset'
import { seedRecipe } from '@graft/contracts/recipe/presets'
import { intervalOverSeedsAndImages } from '@graft/statistics/accuracy-interval'
import { fingerprintDataset } from '../src/dataset/fingerprint.ts'
import { openFolder } from '../src/dataset/folder-source.ts'
import { importDataset } from '../src/dataset/import.ts'
import { createMemoryFeatureStore } from '../src/features/testing/memory-feature-store.ts'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { runTrial } from '../src/trial/run-trial.ts'
import type { WeightFile } from '../src/trial/trunk.ts'
import { findModel } from '../src/weights/catalog.ts'
import { hashFile } from '../src/weights/hash-file.ts'
import { peakMemoryLine } from './peak-memory.ts'

/**
 * Test accuracy of the seed study's recipe on its own birds and leaves, five seeds, beside what Keras 3 gave with the same weights:
 * trained on `validate`, tested on `test`, 20 epochs, the last one kept. `npm run bench -- accuracy [SHARED FOLDER]`.
 */
const shared = process.argv[2] ?? fileURLToPath(new URL('../../../../shared', import.meta.url))
const seeds = [0, 1, 2, 3, 4]

/** Keras: mean and lowest and highest of five seeds, in percent. */
interface Reference { mean: number; range: [number, number] }
const models = [
  { id: 'mobilenet-v2', file: 'keras_mobilenet_v2_1.0_224/mobilenet_v2_1.0_224.h5', includeTop: true, keras: { birds: { mean: 84.1, range: [79, 90] }, leaves: { mean: 97.3, range: [93, 100] } } },
  { id: 'vgg16', file: 'keras_vgg16_notop/vgg16_notop.h5', includeTop: false, keras: { birds: { mean: 68.3, range: [62, 79] }, leaves: { mean: 88, range: [80, 93] } } },
  { id: 'xception', file: 'keras_xception_notop/xception_notop.h5', includeTop: false, keras: { birds: { mean: 91.7, range: [86, 93] }, leaves: { mean: 85.3, range: [80, 87] } } },
] satisfies { id: string; file: string; includeTop: boolean; keras: Record<'birds' | 'leaves', Reference> }[]

async function weightFileOf({ file, includeTop }: (typeof models)[number]): Promise<WeightFile> {
  const at = path.join(shared, 'models', file)
  const { sha256, bytes } = await hashFile(at)
  return { path: at, info: { sha256, bytes, format: 'keras-h5', includeTop, source: file, licence: 'see model-info.json', trainedOn: 'ImageNet' } }
}

/** All of `validate` is trained on, as Keras's run had it. */
function withoutValidation(manifest: DatasetManifest): DatasetManifest {
  const images = manifest.images.map((image) => (image.split === 'validation' ? { ...image, split: 'train' as const } : image))
  return { ...manifest, images, fingerprint: fingerprintDataset(manifest.classes, images) }
}

const percent = (share: number): string => (share * 100).toFixed(1)

async function measure(dataset: 'birds' | 'leaves'): Promise<void> {
  const source = await openFolder(path.join(shared, 'datasets', dataset))
  const imported = await importDataset({ source, splitRule: 'folders', seed: 0 })
  const manifest = withoutValidation(imported.manifest)
  const runtime = await createOnnxRuntime()
  const counts = `${manifest.images.filter((image) => image.split === 'train').length}/${manifest.images.filter((image) => image.split === 'test').length}`
  for (const model of models) {
    const weightFile = await weightFileOf(model)
    const features = createMemoryFeatureStore()
    const accuracies: number[] = []
    const correctBySeed: boolean[][] = []
    for (const seed of seeds) {
      const { summary, predictions } = await runTrial({ runtime, model: findModel(model.id).model, weightFile, manifest, recipe: seedRecipe, seed, read: (image) => source.read(image.path), features })
      accuracies.push(summary.test.accuracy)
      correctBySeed.push(predictions.filter((prediction) => prediction.split === 'test').map((prediction) => prediction.correct))
    }
    const { accuracy, interval } = intervalOverSeedsAndImages(correctBySeed)
    const { mean, range } = model.keras[dataset]
    const [lowest, highest] = [Math.min(...accuracies), Math.max(...accuracies)]
    const overlap = lowest * 100 <= range[1] && highest * 100 >= range[0]
    console.log(`| ${dataset} (${counts}) | ${model.id} | ${percent(accuracy)} (${percent(lowest)} to ${percent(highest)}) | ${percent(interval[0])} to ${percent(interval[1])} | ${mean.toFixed(1)} (${range[0]} to ${range[1]}) | ${overlap ? 'yes' : 'NO'} |`)
    if (!overlap) process.exitCode = 1
  }
  await source.close()
}

if (existsSync(path.join(shared, 'models'))) {
  console.log('| dataset (train/test images) | model | Graft: mean % (range of 5 seeds) | 95% interval | Keras: mean % (range) | ranges overlap |\n|---|---|---|---|---|---|')
  await measure('birds')
  await measure('leaves')
  console.log(peakMemoryLine())
} else {
  console.log(`skipped: there are no shared weights at ${shared}`)
}
