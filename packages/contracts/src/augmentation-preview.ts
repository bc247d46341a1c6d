import { z } from 'zod'
import { sha256Schema } from './identifier.ts'

/** How many pictures a preview shows. */
export const previewImages = 16

/** One training image of a preview and the picture that augmentation made of it, both in the storage. */
export const augmentedImageSchema = z.object({ path: z.string().max(1024), classIndex: z.number().int().nonnegative(), sourceSha256: sha256Schema, sha256: sha256Schema })
export type AugmentedImage = z.infer<typeof augmentedImageSchema>
