import { z } from 'zod'
import { splitSchema } from './dataset.ts'
import { sha256Schema } from './identifier.ts'
import { augmentationSchema } from './recipe/augmentation.ts'

/** A large extraction of features that a trial has under way: what another worker has to know to take shards of it. */
export const extractionSchema = z.object({
  /** SHA-256 of the canonical JSON of the feature space: whoever joins in comes to the same one, or leaves it. */
  space: sha256Schema,
  layer: z.string().min(1).max(200),
  pooling: z.enum(['average', 'max', 'none']),
  /** Which view of the images; absent: the images themselves. */
  view: z.union([z.object({ augmentation: augmentationSchema.omit({ views: true, mixup: true, cutmix: true }), number: z.number().int().nonnegative() }), z.object({ testTime: z.number().int().nonnegative() })]).optional(),
  /** Its images are those of these splits. */
  splits: z.array(splitSchema).min(1).max(3),
  /** Shards that the images fall into. */
  shards: z.number().int().min(2).max(20_000),
})
export type Extraction = z.infer<typeof extractionSchema>
