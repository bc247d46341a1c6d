import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { canonicalJson, recipeSchema, type Recipe } from '@graft/contracts/recipe'
import { bestPracticeRecipe, fineTuningFrom94Recipe, seedRecipe } from '@graft/contracts/recipe/presets'
import { clusteredDifference, type Cluster } from '@graft/statistics/clustered-difference'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { accuracyOf, gains, halfOf, outOfFold } from './cross-validation.ts'
import { createFileFeatureStore } from './file-feature-store.ts'
import { openSharedDataset } from './shared-data.ts'

/**
 * A best practice preset beside the seed study's, by cross-validation: every image is predicted by trainings of both that have not seen
 * it, with the same folds and seeds; where groups are known (the signers of the digits) a group is never on both sides. The difference has
 * a 95% interval of the bootstrap over groups (`clusteredDifference`); in the last line every image counts the same, its differences with several
 * models averaged, and groups are drawn within each dataset. Of the digits only the half of the signers is judged that `choose-head` has not seen.
 * `npm run bench -- best-practice [--phase transfer-learning|fine-tuning] [--datasets …] [--models …] [--without DATASET/MODEL,…] [--folds 10] [--seeds 1]
 * [--cache FOLDER]`.
 */
const { values: given } = parseArgs({
  options: {
    phase: { type: 'string', default: 'transfer-learning' },
    datasets: { type: 'string', default: 'leaves,birds,sign_digits' },
    models: { type: 'string', default: 'mobilenet-v2,xception,vgg16' },
    folds: { type: 'string', default: '10' },
    seeds: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    /** DATASET/MODEL,…: left out, where time is short. */
    without: { type: 'string', default: '' },
    /** Keeps features, and results as they come, from run to run. */
    cache: { type: 'string' },
    shared: { type: 'string', default: fileURLToPath(new URL('../../../../shared', import.meta.url)) },
  },
})
/** Common practice, tuned on nothing: the best practice head first, then AdamW at a low rate that rises over one epoch and falls by a cosine, gradients clipped. */
const candidateFineTuning: Recipe = recipeSchema.parse({
  ...bestPracticeRecipe,
  name: 'candidate: fine tuning',
  phases: [
    ...bestPracticeRecipe.phases,
    { kind: 'fine-tuning', epochs: 10, batchSize: 16, unfreeze: { index: 94 }, optimizer: { name: 'AdamW', learningRate: 0.0001, weightDecay: 0.01, globalClipNorm: 1 }, schedule: { kind: 'cosine', warmUp: 1 } },
  ],
})
/** The seed study's preset, then the best practice one. */
const compared: Record<string, readonly [Recipe, Recipe]> = {
  'transfer-learning': [seedRecipe, bestPracticeRecipe],
  'fine-tuning': [fineTuningFrom94Recipe, candidateFineTuning],
}
const recipes = compared[given.phase]
const [folds, seeds] = [Number(given.folds), Number(given.seeds)]
const percent = (share: number): string => (share * 100).toFixed(1)

function cells(strata: readonly (readonly Cluster[])[]): string {
  const { difference, interval: [low, high] } = clusteredDifference(strata)
  return `${percent(difference)} (${percent(low)} to ${percent(high)}) | ${low > 0 ? 'better' : high < 0 ? 'WORSE' : 'tie'}`
}

/** What was found in an earlier run with the same cache folder, or what is found now. */
async function remembered(key: object, find: () => Promise<Map<string, number>>): Promise<Map<string, number>> {
  if (given.cache === undefined) return find()
  const file = path.join(given.cache, `right-${createHash('sha256').update(canonicalJson(key)).digest('hex')}.json`)
  if (existsSync(file)) return new Map(JSON.parse(await readFile(file, 'utf8')) as [string, number][])
  const right = await find()
  await writeFile(file, JSON.stringify([...right]))
  return right
}

async function compare([before, after]: readonly [Recipe, Recipe]): Promise<void> {
  const runtime = await createOnnxRuntime({ threads: Number(given.threads) })
  const features = createFileFeatureStore(given.cache)
  const strata: Cluster[][] = []
  console.log(`${after.name} against ${before.name}; ${folds} folds, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}\n`)
  console.log('| dataset | images (groups) | model | seed study % | best practice % | difference, points (95%) | beyond chance |\n|---|---|---|---|---|---|---|')
  for (const name of given.datasets.split(',')) {
    const dataset = await openSharedDataset(given.shared, name)
    const { images } = dataset.manifest
    const judged = name === 'sign_digits' ? halfOf(images, dataset.groupOf, 1).flat() : images
    const ofModels: Cluster[][] = []
    for (const model of given.models.split(',').filter((id) => !given.without.split(',').includes(`${name}/${id}`))) {
      const told = (recipe: Recipe) => (seed: number, fold: number): void => console.error(`${new Date().toTimeString().slice(0, 8)} ${name}, ${model}, ${recipe.name}: seed ${seed}, fold ${fold + 1} of ${folds}`)
      const at = { runtime, shared: given.shared, model, dataset, images: judged, folds, seeds, features }
      const found = (recipe: Recipe): Promise<Map<string, number>> => remembered({ name, model, recipe, folds, seeds, fingerprint: dataset.manifest.fingerprint }, () => outOfFold(at, recipe, told(recipe)))
      const [first, second] = [await found(before), await found(after)]
      const gained = gains(first, second, dataset.groupOf)
      ofModels.push(gained)
      console.log(`| ${name} | ${judged.length} (${gained.length}) | ${model} | ${percent(accuracyOf(first))} | ${percent(accuracyOf(second))} | ${cells([gained])} |`)
    }
    strata.push(ofModels[0]!.map(({ images: count }, group) => ({ images: count, sum: ofModels.reduce((sum, gained) => sum + gained[group]!.sum / ofModels.length, 0) })))
    await dataset.close()
  }
  console.log(`| all | ${strata.flat().reduce((sum, { images }) => sum + images, 0)} (${strata.flat().length}) | ${given.models.split(',').join(', ')} | | | ${cells(strata)} |`)
}

if (recipes === undefined) throw new Error(`--phase takes ${Object.keys(compared).join(' or ')}`)
if (existsSync(path.join(given.shared, 'models'))) await compare(recipes)
else console.log(`skipped: there are no shared weights at ${given.shared}`)
