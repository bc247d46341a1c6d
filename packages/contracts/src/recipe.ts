import { z } from 'zod'
import { nameSchema } from './identifier.ts'
import { augmentationSchema } from './recipe/augmentation.ts'
import { customNetworkSchema, headSchema } from './recipe/layers.ts'
import { classWeightsSchema, lossSchema } from './recipe/loss.ts'
import { optimizerSchema } from './recipe/optimizer.ts'
import { earlyStoppingSchema, scheduleSchema } from './recipe/schedule.ts'

const phaseFields = {
  epochs: z.number().int().min(1).max(1000).default(20),
  batchSize: z.number().int().min(1).max(1024).default(32),
  /** Absent: constant. */
  schedule: scheduleSchema.optional(),
  earlyStopping: earlyStoppingSchema.optional(),
}

/** The lowest unfrozen layer: all layers; a layer by its Keras name or its index in Keras's `model.layers`; or all from a named block (`block5`, `mixed7`) up. */
export const unfreezeSchema = z.union([
  z.literal('all'),
  z.strictObject({ layer: z.string().min(1).max(100) }),
  z.strictObject({ index: z.number().int().min(0).max(10_000) }),
  z.strictObject({ block: z.string().min(1).max(100) }),
])
export type Unfreeze = z.infer<typeof unfreezeSchema>

/** One phase of training, which starts from the weights of the one before. Readers go by `kind`. */
export const phaseSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    /** `feature-extraction`: the trunk is frozen, the head trains. A baseline without weights trains whole in this phase. */
    kind: z.literal('feature-extraction'),
    ...phaseFields,
    optimizer: optimizerSchema.default({ name: 'RMSprop', learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false }),
  }),
  z.strictObject({
    /** `fine-tuning`: the layers from `unfreeze` up train together with the head. */
    kind: z.literal('fine-tuning'),
    ...phaseFields,
    unfreeze: unfreezeSchema.default('all'),
    /**
     * Unfrozen batch normalization. `keep-statistics`: runs in inference mode, gamma and beta train (Keras: `training=False`).
     * `update-statistics`: normalizes by the batch and moves its statistics (Keras: `trainable=True`). Frozen layers always run in inference mode.
     */
    batchNormalization: z.enum(['keep-statistics', 'update-statistics']).default('keep-statistics'),
    optimizer: optimizerSchema.default({ name: 'SGD', learningRate: 0.0001, momentum: 0.9, nesterov: false }),
  }),
])
export type Phase = z.infer<typeof phaseSchema>
export type FineTuningPhase = Extract<Phase, { kind: 'fine-tuning' }>

/** How to train. Hashes of its canonical JSON name it in the leaderboard, so what is off is absent, not false. */
export const recipeSchema = z
  .strictObject({
    name: nameSchema.default('seed study: transfer learning'),
    phases: z.array(phaseSchema).min(1).max(4),
    head: headSchema.default({ pooling: 'average', dense: [{ units: 1024, activation: 'relu', dropout: 0 }] }),
    /** Absent: cross-entropy. */
    loss: lossSchema.optional(),
    classWeights: classWeightsSchema.optional(),
    augmentation: augmentationSchema.optional(),
    /** The layers of the model `custom-cnn`; other models refuse it. */
    network: customNetworkSchema.optional(),
    /** Scores and predicts with the mean of the probabilities of so many views: the image, its mirror image, then shifted ones. */
    testTimeAugmentation: z.strictObject({ views: z.number().int().min(2).max(32) }).optional(),
  })
  .refine((recipe) => recipe.phases.every((phase, index) => index === 0 || phase.kind !== 'feature-extraction'), {
    error: 'Feature extraction can only be the first phase: after it the trunk is no longer the pretrained one.',
    path: ['phases'],
  })
export type Recipe = z.infer<typeof recipeSchema>

/** JSON with keys sorted at every level: equal recipes have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
    return `{${entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
