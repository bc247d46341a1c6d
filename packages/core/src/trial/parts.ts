import type { DatasetManifest, ManifestImage, Split } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import type { Phase, Recipe } from '@graft/contracts/recipe'

/** The images of a dataset version by split, in the manifest's order. */
export type Parts = Readonly<Record<Split, readonly ManifestImage[]>>

export function partsOf(manifest: DatasetManifest): Parts {
  const of = (split: Split): ManifestImage[] => manifest.images.filter((image) => image.split === split)
  return { train: of('train'), validation: of('validation'), test: of('test') }
}

export const labelsOf = (images: readonly ManifestImage[]): Int32Array => Int32Array.from(images, (image) => image.classIndex)

/** The recipe's first phase. */
export function phaseOf(recipe: Recipe): Phase {
  return recipe.phases[0] as Phase
}

/** Refuses, before any work is done, what cannot be trained on or scored. A missing validation part is allowed. */
export function checkTrainable(manifest: DatasetManifest, parts: Parts, recipe: Recipe): void {
  if (manifest.classes.length < 2) {
    throw new GraftError('invalid_input', `A classifier needs at least two classes; there is only "${manifest.classes[0] ?? ''}".`, { hint: 'Give each class a folder of its own.', field: 'dataset' })
  }
  const trained = new Set(parts.train.map((image) => image.classIndex))
  const untrained = manifest.classes.filter((_name, index) => !trained.has(index))
  if (untrained.length > 0) {
    throw new GraftError('invalid_input', `There are no training images of ${untrained.slice(0, 5).map((name) => `"${name}"`).join(', ')}${untrained.length > 5 ? ` and ${untrained.length - 5} more classes` : ''}.`, { hint: 'Add images of these classes, or leave the classes out.', field: 'dataset' })
  }
  if (parts.test.length === 0) {
    throw new GraftError('invalid_input', `None of the ${manifest.images.length} images is in the test part, so nothing could be scored.`, { hint: 'Add images (about ten a class is the least), or a test folder.', field: 'dataset' })
  }
  for (const [index, { batchSize }] of recipe.phases.entries()) {
    if (batchSize > parts.train.length) {
      throw new GraftError('invalid_input', `The batch size ${batchSize} is larger than the ${parts.train.length} training images.`, { hint: `Choose a batch size of at most ${parts.train.length}, or add images.`, field: `phases.${index}.batchSize` })
    }
  }
}
