import { z } from 'zod'
import { seedSchema } from './identifier.ts'
import { searchSpaceSchema } from './search-space.ts'

/** How configurations are proposed. */
export const searchMethods = ['grid', 'random', 'sobol', 'tpe', 'gaussian-process', 'evolutionary'] as const
export type SearchMethod = (typeof searchMethods)[number]

/** What is optimized: of a trial's best epoch, on validation images; the test split is never looked at by a search. */
export const objectiveSchema = z
  .strictObject({
    metric: z.enum(['validation/accuracy', 'validation/loss']).default('validation/accuracy'),
    /** By default an accuracy is maximized and a loss minimized. */
    goal: z.enum(['maximize', 'minimize']).optional(),
    /** Once a configuration has reached it, no more are proposed; those that run go on to their end. */
    target: z.number().optional(),
  })
  .transform(({ metric, goal, target }) => ({ metric, goal: goal ?? (metric === 'validation/loss' ? ('minimize' as const) : ('maximize' as const)), ...(target === undefined ? {} : { target }) }))
export type Objective = z.infer<typeof objectiveSchema>

const epochs = z.number().int().min(1).max(10_000)
/**
 * Stops trials that will not win (Optuna: pruning; W&B: early_terminate). Resources are epochs, counted over all phases.
 * `asha`: asynchronous successive halving (Li et al. 2020), the best 1/eta of each rung go on. `hyperband`: ASHA with several
 * brackets (Li et al. 2018). `median`: worse than the median of the others at the same epoch (Golovin et al. 2017). `threshold`:
 * past a bound. `plateau`: no better by `minimumChange` for `patience` epochs.
 */
export const stoppingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('asha'), minimumEpochs: epochs.default(1), eta: z.number().min(1.5).max(16).default(3) }),
  z.strictObject({ kind: z.literal('hyperband'), minimumEpochs: epochs.default(1), eta: z.number().min(1.5).max(16).default(3), brackets: z.number().int().min(1).max(10).optional() }),
  z.strictObject({ kind: z.literal('median'), startupTrials: z.number().int().min(1).max(1000).default(5), warmupEpochs: z.number().int().min(0).max(10_000).default(0) }),
  z.strictObject({ kind: z.literal('threshold'), lower: z.number().optional(), upper: z.number().optional(), warmupEpochs: z.number().int().min(0).max(10_000).default(0) }),
  z.strictObject({ kind: z.literal('plateau'), patience: epochs.default(5), minimumChange: z.number().min(0).default(0) }),
])
export type Stopping = z.infer<typeof stoppingSchema>

/** The search ends at whichever is reached first. */
export const budgetSchema = z.strictObject({
  trials: z.number().int().min(1).max(100_000).optional(),
  /** Seconds of training, summed over workers. */
  seconds: z.number().positive().optional(),
  /** Training images seen, an epoch's images counted each epoch. */
  images: z.number().int().positive().optional(),
})
export type Budget = z.infer<typeof budgetSchema>

/** A search over recipes, and over datasets and models where they are parameters of the space. */
export const sweepSearchSchema = z.strictObject({
  space: searchSpaceSchema,
  method: z.enum(searchMethods).default('tpe'),
  objective: objectiveSchema.prefault({}),
  stopping: stoppingSchema.optional(),
  budget: budgetSchema.optional(),
  /** Same seed, same results so far: same proposals. */
  seed: seedSchema.default(0),
  /** Configurations that may wait or run at once; by default as many as workers have slots. */
  parallel: z.number().int().min(1).max(1000).optional(),
  /** Ids of earlier sweeps, on these or other datasets, whose results the search starts from. */
  warmStart: z.array(z.string()).max(20).optional(),
})
export type SweepSearch = z.infer<typeof sweepSearchSchema>
