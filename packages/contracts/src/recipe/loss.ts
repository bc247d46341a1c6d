import { z } from 'zod'

const labelSmoothing = z.number().min(0).lt(1).optional()

/**
 * The loss, with Keras 3's formulas. `cross-entropy`: (sparse) categorical cross-entropy of a softmax. `focal`: categorical
 * focal cross-entropy (Lin et al. 2017). `binary-cross-entropy`: two classes by one sigmoid output. Absent: cross-entropy.
 */
export const lossSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('cross-entropy'), labelSmoothing }),
  z.strictObject({ name: z.literal('focal'), gamma: z.number().min(0).max(10).default(2), alpha: z.number().positive().max(1).default(0.25), labelSmoothing }),
  z.strictObject({ name: z.literal('binary-cross-entropy'), labelSmoothing }),
])
export type LossRecipe = z.infer<typeof lossSchema>

/** `balanced`: images / (classes x images of the class), as scikit-learn; or a factor for each class by name (others: 1). */
export const classWeightsSchema = z.union([z.literal('balanced'), z.record(z.string(), z.number().positive().max(1e6))])
export type ClassWeights = z.infer<typeof classWeightsSchema>
