import { z } from 'zod'

export const learningRateSchema = z
  .number({ error: 'A number is needed.' })
  .refine(Number.isFinite, 'A finite number is needed.')
  .refine((value) => value > 0, 'Must be greater than 0.')
  .refine((value) => value <= 10, 'At most 10.')
const fraction = z.number().min(0).lt(1)
const epsilon = z.number().positive().default(1e-7)

/** Options that every optimizer has, as in Keras 3. Absent: off. */
const shared = {
  /** Decoupled weight decay: a step takes `learning rate x weightDecay x weight` off each weight, before the rule's own update. */
  weightDecay: fraction.optional(),
  /** Each weight's gradient is scaled down to this norm. At most one way of clipping. */
  clipNorm: z.number().positive().optional(),
  /** All gradients together are scaled down to this norm. */
  globalClipNorm: z.number().positive().optional(),
  /** Each element of a gradient is held within plus and minus this. */
  clipValue: z.number().positive().optional(),
  /** Exponential moving average of the weights with this momentum (Keras: `use_ema`, `ema_momentum`); validated, kept and scored are the averages. */
  averageMomentum: fraction.optional(),
}

const optimizers = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('SGD'), learningRate: learningRateSchema.default(0.01), momentum: fraction.default(0), nesterov: z.boolean().default(false), ...shared }),
  z.strictObject({ name: z.literal('RMSprop'), learningRate: learningRateSchema.default(0.001), rho: fraction.default(0.9), momentum: fraction.default(0), epsilon, centered: z.boolean().default(false), ...shared }),
  z.strictObject({ name: z.literal('Adagrad'), learningRate: learningRateSchema.default(0.001), initialAccumulator: z.number().min(0).default(0.1), epsilon, ...shared }),
  z.strictObject({ name: z.literal('Adadelta'), learningRate: learningRateSchema.default(0.001), rho: fraction.default(0.95), epsilon, ...shared }),
  z.strictObject({ name: z.literal('Adam'), learningRate: learningRateSchema.default(0.001), beta1: fraction.default(0.9), beta2: fraction.default(0.999), epsilon, amsgrad: z.literal(true).optional(), ...shared }),
  z.strictObject({ name: z.literal('AdamW'), learningRate: learningRateSchema.default(0.001), beta1: fraction.default(0.9), beta2: fraction.default(0.999), epsilon, amsgrad: z.literal(true).optional(), ...shared, weightDecay: fraction.default(0.004) }),
  z.strictObject({ name: z.literal('Adamax'), learningRate: learningRateSchema.default(0.001), beta1: fraction.default(0.9), beta2: fraction.default(0.999), epsilon, ...shared }),
  z.strictObject({ name: z.literal('Nadam'), learningRate: learningRateSchema.default(0.001), beta1: fraction.default(0.9), beta2: fraction.default(0.999), epsilon, ...shared }),
])

/** Optimizers with Keras 3's names, formulas and defaults. */
export const optimizerSchema = optimizers.refine((optimizer) => [optimizer.clipNorm, optimizer.globalClipNorm, optimizer.clipValue].filter((value) => value !== undefined).length <= 1, {
  error: 'Choose one of clipNorm, globalClipNorm and clipValue.',
})
export type OptimizerRecipe = z.infer<typeof optimizerSchema>
export const optimizerNames = optimizers.options.map((option) => option.shape.name.value)
