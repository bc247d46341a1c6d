import { z } from 'zod'

const epochs = z.number().positive().max(1000)
const fraction = z.number().min(0).max(1)

/**
 * How the learning rate goes, step by step; lengths in epochs, which need not be whole. Keras: PiecewiseConstantDecay,
 * ExponentialDecay, CosineDecay (with its linear warm-up), ReduceLROnPlateau. Absent: constant.
 */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  /** Times `factor` after every `every` epochs. */
  z.strictObject({ kind: z.literal('step'), every: epochs, factor: fraction.default(0.1) }),
  /** Times `rate` per `every` epochs, smoothly. */
  z.strictObject({ kind: z.literal('exponential'), every: epochs.default(1), rate: fraction.default(0.95) }),
  /** From the learning rate to `final` times it by half a cosine over the whole phase, after a linear rise from 0 for `warmUp` epochs. */
  z.strictObject({ kind: z.literal('cosine'), warmUp: z.number().min(0).max(1000).default(0), final: fraction.default(0) }),
  /** Times `factor` when the validation loss has not fallen by `minimumDelta` for `patience` epochs. */
  z.strictObject({
    kind: z.literal('reduce-on-plateau'),
    factor: z.number().positive().lt(1).default(0.1),
    patience: z.number().int().min(1).max(1000).default(10),
    minimumDelta: z.number().min(0).default(1e-4),
    cooldown: z.number().int().min(0).max(1000).default(0),
    minimumLearningRate: z.number().min(0).default(0),
  }),
])
export type Schedule = z.infer<typeof scheduleSchema>

/** Stops a phase when the monitored value has not got better by `minimumDelta` for `patience` epochs. The best epoch's weights are kept in any case. */
export const earlyStoppingSchema = z.strictObject({
  monitor: z.enum(['validation/loss', 'validation/accuracy']).default('validation/loss'),
  patience: z.number().int().min(1).max(1000).default(5),
  minimumDelta: z.number().min(0).default(0),
})
export type EarlyStopping = z.infer<typeof earlyStoppingSchema>
