import { z } from 'zod'
import { nameSchema } from './identifier.ts'

const learningRate = z
  .number({ error: 'A number is needed.' })
  .refine(Number.isFinite, 'A finite number is needed.')
  .refine((value) => value > 0, 'Must be greater than 0.')
  .refine((value) => value <= 10, 'At most 10.')
const fraction = z.number().min(0).lt(1)

/** Optimizers with Keras 3's names, formulas and defaults. */
export const optimizerSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('RMSprop'), learningRate: learningRate.default(0.001), rho: fraction.default(0.9), momentum: fraction.default(0), epsilon: z.number().positive().default(1e-7), centered: z.literal(false).default(false) }),
  z.strictObject({ name: z.literal('SGD'), learningRate: learningRate.default(0.01), momentum: fraction.default(0), nesterov: z.boolean().default(false) }),
  z.strictObject({ name: z.literal('Adam'), learningRate: learningRate.default(0.001), beta1: fraction.default(0.9), beta2: fraction.default(0.999), epsilon: z.number().positive().default(1e-7) }),
])
export type OptimizerRecipe = z.infer<typeof optimizerSchema>

export const denseLayerSchema = z.strictObject({
  units: z.number().int().min(1).max(8192),
  activation: z.enum(['relu', 'linear']).default('relu'),
  /** Dropout after this layer, as a fraction of units. */
  dropout: fraction.default(0),
})

/** New layers on the trunk: pooling, dense layers, then a softmax over the classes (added by the engine). */
export const headSchema = z.strictObject({
  pooling: z.enum(['average', 'max']).default('average'),
  dense: z.array(denseLayerSchema).max(8).default([{ units: 1024, activation: 'relu', dropout: 0 }]),
})
export type HeadRecipe = z.infer<typeof headSchema>

/** One phase of training. Fine-tuning joins this union later; readers must go by `kind`. */
export const phaseSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    /** `feature-extraction`: the trunk is frozen, the head trains. A baseline without weights trains whole in this phase. */
    kind: z.literal('feature-extraction'),
    epochs: z.number().int().min(1).max(1000).default(20),
    batchSize: z.number().int().min(1).max(1024).default(32),
    optimizer: optimizerSchema.default({ name: 'RMSprop', learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false }),
  }),
])
export type Phase = z.infer<typeof phaseSchema>

/** How to train. Hashes of its canonical JSON name it in the leaderboard. */
export const recipeSchema = z.strictObject({
  name: nameSchema.default('seed study: transfer learning'),
  phases: z.array(phaseSchema).min(1).max(1),
  head: headSchema.default({ pooling: 'average', dense: [{ units: 1024, activation: 'relu', dropout: 0 }] }),
})
export type Recipe = z.infer<typeof recipeSchema>

/** The seed study's transfer-learning recipe: GAP, Dense 1024 relu, softmax; RMSprop 1e-3, batch 32, 20 epochs. */
export const seedRecipe: Recipe = recipeSchema.parse({ name: 'seed study: transfer learning', phases: [{ kind: 'feature-extraction' }] })

/** A softmax straight on the pooled features: the linear probe, the quickest honest look at a trunk. */
export const linearProbeRecipe: Recipe = recipeSchema.parse({
  name: 'linear probe',
  phases: [{ kind: 'feature-extraction', epochs: 30, optimizer: { name: 'Adam', learningRate: 0.003 } }],
  head: { pooling: 'average', dense: [] },
})

export const recipePresets: readonly Recipe[] = [seedRecipe, linearProbeRecipe]

/** JSON with keys sorted at every level: equal recipes have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
    return `{${entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
