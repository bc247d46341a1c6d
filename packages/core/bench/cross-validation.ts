import { createHash } from 'node:crypto'
import type { DatasetManifest, ManifestImage } from '@graft/contracts/dataset'
import type { FeatureStore } from '@graft/contracts/feature-store'
import type { Recipe } from '@graft/contracts/recipe'
import type { Cluster } from '@graft/statistics/clustered-difference'
import { createRandom } from '@graft/statistics/random'
import type { Runtime } from '../src/runtime/runtime.ts'
import { runTrial } from '../src/trial/run-trial.ts'
import { findModel } from '../src/weights/catalog.ts'
import { sharedWeightFile, type SharedDataset } from './shared-data.ts'

/**
 * Folds by image path. Images of one group stay together; groups of one image (no group is known) are dealt class by class, so that every
 * fold has its share of each class.
 */
export function foldsOf(images: readonly ManifestImage[], groupOf: (path: string) => string, folds: number, seed: number): Map<string, number> {
  const random = createRandom(seed)
  const groups = grouped(images, ({ path }) => groupOf(path))
  const isGrouped = groups.size < images.length
  const decks = isGrouped ? [[...groups.values()]] : [...grouped([...groups.values()], ([image]) => image!.classIndex).values()]
  let next = 0
  return new Map(decks.flatMap((deck) => random.shuffle(deck).flatMap((group) => {
    const fold = next++ % folds
    return group.map(({ path }) => [path, fold] as const)
  })))
}

export function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

/** The images of one half (0 or 1) of the groups, group by group: what is chosen on one half may be judged on the other. */
export function halfOf(images: readonly ManifestImage[], groupOf: (path: string) => string, half: number): ManifestImage[][] {
  const groups = createRandom(1).shuffle([...grouped(images, ({ path }) => groupOf(path)).values()])
  return groups.filter((_, index) => index % 2 === half)
}

export interface CrossValidation {
  readonly runtime: Runtime
  readonly shared: string
  readonly model: string
  readonly dataset: SharedDataset
  /** Those that take part: trained on and judged. */
  readonly images: readonly ManifestImage[]
  readonly folds: number
  /** The folds, and the trainings, repeated with as many seeds. */
  readonly seeds: number
  readonly features: FeatureStore
}

/**
 * Share of right answers to every image by a recipe that has not seen it, over seeds: trained on all folds but two, the best epoch chosen on
 * the one that follows the judged one, as Graft's default split of 80, 10 and 10% does it with ten folds.
 */
export async function outOfFold(at: CrossValidation, recipe: Recipe, onFold: (seed: number, fold: number) => void = () => {}): Promise<Map<string, number>> {
  const weightFile = await sharedWeightFile(at.shared, at.model)
  const right = new Map<string, number>()
  for (let seed = 0; seed < at.seeds; seed++) {
    const folds = foldsOf(at.images, at.dataset.groupOf, at.folds, seed)
    for (let fold = 0; fold < at.folds; fold++) {
      const splits = Array.from({ length: at.folds }, (_, index): ManifestImage['split'] => (index === fold ? 'test' : index === (fold + 1) % at.folds ? 'validation' : 'train'))
      const manifest = splitManifest(at.dataset.manifest, at.images, (path) => splits[folds.get(path)!]!)
      const { predictions } = await runTrial({ runtime: at.runtime, model: findModel(at.model).model, weightFile, manifest, recipe, seed: seed * at.folds + fold, read: at.dataset.read, features: at.features })
      for (const { path, split, correct } of predictions) if (split === 'test') right.set(path, (right.get(path) ?? 0) + Number(correct) / at.seeds)
      onFold(seed, fold)
    }
  }
  return right
}

function splitManifest(manifest: DatasetManifest, images: readonly ManifestImage[], splitOf: (path: string) => ManifestImage['split']): DatasetManifest {
  const split = images.map((image) => ({ ...image, split: splitOf(image.path) }))
  return { ...manifest, images: split, fingerprint: createHash('sha256').update(split.map((image) => `${image.sha256} ${image.split}`).join('\n')).digest('hex') }
}

/** What the second recipe gained over the first, by groups of images that belong together. */
export function gains(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, groupOf: (path: string) => string): Cluster[] {
  return [...grouped([...before.keys()], groupOf).values()].map((paths) => ({ images: paths.length, sum: paths.reduce((sum, path) => sum + after.get(path)! - before.get(path)!, 0) }))
}

export const accuracyOf = (right: ReadonlyMap<string, number>): number => [...right.values()].reduce((sum, value) => sum + value, 0) / right.size
