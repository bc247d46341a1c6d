import { z } from 'zod'
import { nameSchema, seedSchema } from './identifier.ts'
import { recipeSchema } from './recipe.ts'

/** Datasets x models x one recipe x seeds; a search space over recipes joins later. */
export const sweepRequestSchema = z.object({
  name: nameSchema.optional(),
  /** Dataset names (newest version) or version fingerprints. */
  datasets: z.array(z.string().min(1)).min(1, 'Choose at least one dataset.').max(100),
  /** Model ids. */
  models: z.array(z.string().min(1)).min(1, 'Choose at least one model.').max(100),
  recipe: recipeSchema,
  seeds: z.array(seedSchema).min(1, 'At least one seed.').max(100).refine((seeds) => new Set(seeds).size === seeds.length, 'A seed stands twice.'),
})
export type SweepRequest = z.input<typeof sweepRequestSchema>

/** What a launch would cost, before it is pressed. */
export interface SweepEstimate {
  trials: number
  /** Of those, how many have a finished result already (same dataset version, model, recipe, seed): they are not run again. */
  alreadyDone: number
  seconds: number
  /** Where `seconds` comes from: `measured` on earlier trials of these models, or `assumed` from model size. */
  basis: 'measured' | 'assumed'
  workers: number
}
