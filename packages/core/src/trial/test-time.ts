import type { FeatureView } from '@graft/contracts/feature-store'
import type { Recipe } from '@graft/contracts/recipe'
import { meanProbabilities } from '@graft/statistics/mean-probabilities'

/** Probabilities of the validation and the test images, images x classes each. */
export interface ScoredProbabilities {
  validation: Float32Array
  test: Float32Array
}

/** The views that a recipe scores by: the image itself (undefined), and others with test-time augmentation. */
export const testTimeViews = ({ testTimeAugmentation }: Recipe): readonly (FeatureView | undefined)[] =>
  Array.from({ length: testTimeAugmentation?.views ?? 1 }, (_, view) => (view === 0 ? undefined : { testTime: view }))

/** The mean of the probabilities over the recipe's views, asked for one after another. */
export async function scoreByViews(recipe: Recipe, score: (view: FeatureView | undefined) => Promise<ScoredProbabilities>): Promise<ScoredProbabilities> {
  const scores: ScoredProbabilities[] = []
  for (const view of testTimeViews(recipe)) scores.push(await score(view))
  return { validation: meanProbabilities(scores.map(({ validation }) => validation)), test: meanProbabilities(scores.map(({ test }) => test)) }
}
