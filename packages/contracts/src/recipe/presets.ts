import { recipeSchema, type Recipe } from '../recipe.ts'

/** The seed study's transfer-learning recipe: GAP, Dense 1024 relu, softmax; RMSprop 1e-3, batch 32, 20 epochs. */
export const seedRecipe: Recipe = recipeSchema.parse({ name: 'seed study: transfer learning', phases: [{ kind: 'feature-extraction' }] })

/** A softmax straight on the pooled features: the linear probe, the quickest honest look at a trunk. */
export const linearProbeRecipe: Recipe = recipeSchema.parse({
  name: 'linear probe',
  phases: [{ kind: 'feature-extraction', epochs: 30, optimizer: { name: 'Adam', learningRate: 0.003 } }],
  head: { pooling: 'average', dense: [] },
})

export const recipePresets: readonly Recipe[] = [seedRecipe, linearProbeRecipe]
