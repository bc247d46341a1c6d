import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { DatasetManifest } from '@graft/contracts/dataset'
import type { Recipe } from '@graft/contracts/recipe'
import { bestPracticeRecipe, seedRecipe } from '@graft/contracts/recipe/presets'
import { intervalOverSeedsAndImages } from '@graft/statistics/accuracy-interval'
import { pairedComparison } from '@graft/statistics/paired-comparison'
import { studentQuantile95 } from '@graft/statistics/quantiles'
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
 * Test accuracy of the best practice preset beside the seed study's recipe, five seeds each, compared image by image. Birds and leaves
 * train on all of `validate` and keep the last epoch; a dataset with a `train` folder trains on that and keeps the best epoch on
 * `validate`. Where the dataset says which images belong together (groups.json: the signers of the digits), the difference has an interval over
 * groups, too, whose images are no independent ones. `npm run bench -- best-practice [--datasets birds,leaves,sign_digits] [--models mobilenet-v2,xception,vgg16] [--seeds 5]`.
 */
const { values: given } = parseArgs({
  options: {
    datasets: { type: 'string', default: 'leaves,birds,sign_digits' },
    models: { type: 'string', default: 'mobilenet-v2,xception,vgg16' },
    seeds: { type: 'string', default: '5' },
    shared: { type: 'string', default: fileURLToPath(new URL('../../../../shared', import.meta.url)) },
  },
})

const files: Record<string, { file: string; includeTop: boolean }> = {
  'mobilenet-v2': { file: 'keras_mobilenet_v2_1.0_224/mobilenet_v2_1.0_224.h5', includeTop: true },
  vgg16: { file: 'keras_vgg16_notop/vgg16_notop.h5', includeTop: false },
  xception: { file: 'keras_xception_notop/xception_notop.h5', includeTop: false },
}

async function weightFileOf(id: string): Promise<WeightFile> {
  const { file, includeTop } = files[id]!
  const at = path.join(given.shared, 'models', file)
  return { path: at, info: { ...(await hashFile(at)), format: 'keras-h5', includeTop, source: file, licence: 'see model-info.json', trainedOn: 'ImageNet' } }
}

/** Without training images of its own a dataset trains on its validation images. */
function withTrainingImages(manifest: DatasetManifest, hasTrain: boolean): DatasetManifest {
  if (hasTrain) return manifest
  const images = manifest.images.map((image) => (image.split === 'validation' ? { ...image, split: 'train' as const } : image))
  return { ...manifest, images, fingerprint: fingerprintDataset(manifest.classes, images) }
}

const percent = (share: number): string => (share * 100).toFixed(1)
const between = ([low, high]: readonly [number, number]): string => `${percent(low)} to ${percent(high)}`

/** Mean difference over groups of images, with Student's 95% interval over the groups; `-` where the dataset names none. */
async function overGroups(folder: string, paths: readonly string[], [after, before]: readonly [boolean[][], boolean[][]]): Promise<string> {
  const named = path.join(folder, 'groups.json')
  if (!existsSync(named)) return '-'
  const groups = JSON.parse(await readFile(named, 'utf8')) as Record<string, number>
  const gained = (image: number): number => [after, before].map((rows) => rows.filter((row) => row[image]).length / rows.length).reduce((first, second) => first - second)
  const byGroup = new Map<number, number[]>()
  for (const [image, file] of paths.entries()) byGroup.set(groups[file]!, [...(byGroup.get(groups[file]!) ?? []), image])
  const means = [...byGroup.values()].map((images) => images.reduce((sum, image) => sum + gained(image), 0) / images.length)
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length
  const error = Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1) / means.length)
  const half = studentQuantile95(means.length - 1) * error
  return `${percent(mean)} (${between([mean - half, mean + half])}), ${means.length} groups`
}

async function compare(dataset: string): Promise<void> {
  const folder = path.join(given.shared, 'datasets', dataset)
  const source = await openFolder(folder)
  const imported = await importDataset({ source, splitRule: 'folders', seed: 0 })
  const manifest = withTrainingImages(imported.manifest, existsSync(path.join(folder, 'train')))
  const count = (split: string): number => manifest.images.filter((image) => image.split === split).length
  const paths = manifest.images.filter(({ split }) => split === 'test').map((image) => image.path)
  const runtime = await createOnnxRuntime()
  for (const id of given.models.split(',')) {
    const weightFile = await weightFileOf(id)
    const features = createMemoryFeatureStore()
    const correct = async (recipe: Recipe): Promise<boolean[][]> => {
      const rows: boolean[][] = []
      for (let seed = 0; seed < Number(given.seeds); seed++) {
        const { predictions } = await runTrial({ runtime, model: findModel(id).model, weightFile, manifest, recipe, seed, read: (image) => source.read(image.path), features })
        rows.push(predictions.filter(({ split }) => split === 'test').map((prediction) => prediction.correct))
      }
      return rows
    }
    const [seedStudy, bestPractice] = [await correct(seedRecipe), await correct(bestPracticeRecipe)]
    const [before, after] = [intervalOverSeedsAndImages(seedStudy), intervalOverSeedsAndImages(bestPractice)]
    const { difference, interval, tied } = pairedComparison(bestPractice, seedStudy)
    const verdict = tied ? 'tie' : difference > 0 ? 'better' : 'WORSE'
    console.log(`| ${dataset} (${count('train')}/${count('test')}) | ${id} | ${percent(before.accuracy)} (${between(before.interval)}) | ${percent(after.accuracy)} (${between(after.interval)}) | ${percent(difference)} (${between(interval)}) | ${verdict} | ${await overGroups(folder, paths, [bestPractice, seedStudy])} |`)
  }
  await source.close()
}

if (existsSync(path.join(given.shared, 'models'))) {
  console.log('| dataset (train/test images) | model | seed study % (95%) | best practice % (95%) | difference, points (95%) | beyond chance | difference over groups (95%) |\n|---|---|---|---|---|---|---|')
  for (const dataset of given.datasets.split(',')) await compare(dataset)
  console.log(peakMemoryLine())
} else {
  console.log(`skipped: there are no shared weights at ${given.shared}`)
}
