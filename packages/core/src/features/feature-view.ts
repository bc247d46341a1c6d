import type { FeatureView } from '@graft/contracts/feature-store'
import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import { augmentImage } from '../augmentation/augment-image.ts'
import { testTimeView } from '../augmentation/test-time-view.ts'
import { createRandom } from '@graft/statistics/random'

/**
 * A cached augmented view. It depends on the augmentation, the view's number and the image's content only, not on a trial's seed: all
 * trials with this augmentation share it. What concerns batches or the count of views is left out.
 */
export function augmentedView({ views: _views, mixup: _mixup, cutmix: _cutmix, ...augmentation }: Augmentation, number: number): FeatureView {
  return { augmentation, number }
}

/** An image's pixels as a view shows them. */
export function applyView(pixels: Uint8Array, [height, width]: readonly [number, number], view: FeatureView, sha256: string): Uint8Array {
  if ('testTime' in view) return testTimeView(pixels, height, width, view.testTime)
  return augmentImage(pixels, height, width, { ...view.augmentation, views: 1 }, createRandom(view.number).fork(`view of ${sha256}`))
}
