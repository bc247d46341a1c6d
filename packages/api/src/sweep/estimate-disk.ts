import type { Recipe } from '@graft/contracts/recipe'
import type { SweepEstimate } from '@graft/contracts/sweep'
import type { SweepPoint } from './sweep-points.ts'

const floatBytes = 4
/** The seed study's head on 1,280 to 2,048 features, with its predictions. */
const assumedHeadBytes = 8e6
/** A pooled feature of 512 to 2,048 numbers. */
const assumedFeatureBytes = 8192

/** What trained weights and predictions of so many configurations add to the storage, and features that are not there yet to the workers' caches. */
export function estimateDisk(samples: readonly { recipe: Recipe; points: readonly SweepPoint[] }[], configurations: number, artifactBytes: ReadonlyMap<string, number>): SweepEstimate['disk'] {
  let storage = 0
  let guesses = 0
  const cells = new Map<string, number>()
  for (const { recipe, points } of samples) {
    for (const { version, model, existing } of points) {
      if (existing?.state === 'finished') continue
      const measured = artifactBytes.get(model.id)
      if (measured === undefined) guesses += 1
      const isWhole = !model.pretrained || recipe.phases.some(({ kind }) => kind === 'fine-tuning')
      storage += measured ?? (isWhole ? floatBytes * model.parameters : assumedHeadBytes)
      if (model.pretrained) cells.set(`${version.id} ${model.id} ${recipe.augmentation?.views ?? 1}`, version.imageCount * assumedFeatureBytes * (recipe.augmentation?.views ?? 1))
    }
  }
  return {
    storageBytes: Math.round((storage / Math.max(1, samples.length)) * configurations),
    cacheBytes: [...cells.values()].reduce((sum, bytes) => sum + bytes, 0),
    basis: guesses === 0 ? 'measured' : 'assumed',
  }
}
