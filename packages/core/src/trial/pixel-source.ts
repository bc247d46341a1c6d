import { createAugmentationPool } from '../augmentation/augmentation-pool.ts'
import { augmentedSamples, readFromMemory } from '../augmentation/augmented-samples.ts'
import { mixesLabels } from '../augmentation/mix-batch.ts'
import type { TrainEpochsOptions } from '../training/train-epochs.ts'
import type { TrialOptions } from './trial-options.ts'

/** What `trainEpochs` takes for fresh augmentation; empty without. */
export type PixelSource = Pick<TrainEpochsOptions, 'source' | 'softLabels'>

/**
 * Trains with the recipe's augmentation of decoded images (row by row, at the model's input size), made in threads that end with the
 * training. Phases draw from streams of their own.
 */
export async function withPixelSource<Result>(options: TrialOptions, images: { pixels: Uint8Array; labels: Int32Array; batchSize: number; phaseIndex: number }, train: (source: PixelSource) => Promise<Result>): Promise<Result> {
  const { augmentation } = options.recipe
  if (augmentation === undefined) return train({})
  const size = options.model.preprocessing.inputSize
  const { labels, batchSize, phaseIndex } = images
  const read = readFromMemory(images.pixels, size[0] * size[1] * 3)
  const classes = options.manifest.classes.length
  const pool = createAugmentationPool()
  try {
    return await train({
      // A phase has at most 1000 epochs: these numbers occur once in a trial.
      source: (epoch, order) => augmentedSamples({ pool, augmentation, size, labels, classes, read, batchSize, seed: options.seed, epoch: phaseIndex * 1000 + epoch, order, signal: options.signal }),
      softLabels: mixesLabels(augmentation),
    })
  } finally {
    await pool.close()
  }
}
