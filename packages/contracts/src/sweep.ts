import { z } from 'zod'
import type { ErrorReport } from './errors.ts'
import { nameSchema, seedSchema } from './identifier.ts'
import { recipeSchema } from './recipe.ts'
import { sweepSearchSchema } from './sweep-search.ts'
import type { JobState } from './trial.ts'

/** What a person may give: higher goes first, among all sweeps. */
export const sweepPrioritySchema = z.number().int().min(-100).max(100)

/** Fields of a sweep, also of its file: the form of the dashboard, `graft sweep launch FILE` and `sweep.create` take the same. */
export const sweepFields = {
  name: nameSchema.optional(),
  /** Dataset names (newest version) or version fingerprints. Left out where `dataset` is a parameter of the search. */
  datasets: z.array(z.string().min(1)).max(100).default([]),
  /** Model ids. Left out where `model` is a parameter of the search. */
  models: z.array(z.string().min(1)).max(100).default([]),
  recipe: recipeSchema,
  seeds: z.array(seedSchema).min(1, 'At least one seed.').max(100).refine((seeds) => new Set(seeds).size === seeds.length, 'A seed stands twice.'),
  /** Absent: datasets x models x seeds with the recipe as it is. */
  search: sweepSearchSchema.optional(),
  priority: sweepPrioritySchema.default(0),
}

/** Datasets x models x search space x seeds. Without a search the one recipe; with one, each point of its space applied to the recipe. */
export const sweepRequestSchema = z.strictObject(sweepFields).check(({ value, issues }) => {
  const given = { datasets: value.datasets, models: value.models }
  for (const [field, parameter, noun] of [['datasets', 'dataset', 'dataset'], ['models', 'model', 'model']] as const) {
    const isSearched = value.search?.space.parameters[parameter] !== undefined
    if (isSearched && given[field].length > 0) issues.push({ code: 'custom', message: `The ${noun} is searched: leave “${field}” out, or the parameter “${parameter}”.`, input: given[field], path: [field] })
    if (!isSearched && given[field].length === 0) issues.push({ code: 'custom', message: `Choose at least one ${noun}.`, input: given[field], path: [field] })
  }
})
export type SweepRequest = z.input<typeof sweepRequestSchema>
export type ParsedSweepRequest = z.output<typeof sweepRequestSchema>

/** What a sweep may be given more of; an absent field stays as it is. */
export const sweepExtensionSchema = z.strictObject({
  id: z.string(),
  datasets: z.array(z.string().min(1)).max(100).default([]),
  models: z.array(z.string().min(1)).max(100).default([]),
  seeds: z.array(seedSchema).max(100).default([]),
  /** New limits of the whole sweep, what was used before included. */
  budget: sweepSearchSchema.shape.budget,
})

/** What a launch would cost, before it is pressed. */
export interface SweepEstimate {
  /** At most, where a search may stop earlier. */
  trials: number
  /** Points of the search space; 1 without a search. */
  configurations: number
  /** Of the trials, how many have a finished result already (same dataset version, model, recipe, seed): they are not run again. Of a search only its first proposals are looked up. */
  alreadyDone: number
  /** Seconds from the launch to the end with the workers that are online. */
  seconds: number
  /** Seconds of training, summed over workers. */
  workSeconds: number
  /** Where `seconds` comes from: `measured` on earlier trials of these models, or `assumed` from model size. */
  basis: 'measured' | 'assumed'
  /** Training images seen, an epoch's images counted each epoch. */
  images: number
  /** What trained weights and predictions add to the storage, and features to the workers' caches. */
  disk: { storageBytes: number; cacheBytes: number; basis: 'measured' | 'assumed' }
  memory: MemoryForecast
  workers: number
}

/** Memory of a training process, by the planner of the engine, which runs on a worker (`sweep.plan` asks for it). */
export interface MemoryForecast {
  /** The largest of the plans; null until one is there. */
  bytes: number | null
  /** `unknown`: nobody has asked a worker yet. `partly`: some plans are there. */
  state: 'unknown' | 'pending' | 'partly' | 'planned'
  plans: TrainingPlanView[]
}

/** What the planner says of one model, dataset and recipe. */
export interface TrainingPlanView {
  dataset: string
  model: string
  /** Null: not asked for. */
  state: JobState | null
  bytes: number | null
  /** What it chose and why, a sentence or more for each phase. */
  words: string[]
  error: ErrorReport | null
}
