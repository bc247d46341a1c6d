import { recipeSchema, type Recipe } from '@graft/contracts/recipe'

/** A small head and few epochs, for tests. */
export const quickRecipe = (epochs: number): Recipe =>
  recipeSchema.parse({
    name: `quick, ${epochs} epochs`,
    phases: [{ kind: 'feature-extraction', epochs, batchSize: 8, optimizer: { name: 'Adam', learningRate: 0.003 } }],
    head: { pooling: 'average', dense: [] },
  })
