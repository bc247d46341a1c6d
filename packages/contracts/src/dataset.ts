import { z } from 'zod'
import { nameSchema, seedSchema, sha256Schema } from './identifier.ts'

export const splits = ['train', 'validation', 'test'] as const
export type Split = (typeof splits)[number]
export const splitSchema = z.enum(splits)

/**
 * How images that come without split folders are divided; stratified by class, deterministic from the seed.
 * `80/10/10`: train, validation, test. `seed-study`: 80/20 train/validation, then 90/10 of the training part for test
 * (72/20/8). `folders`: as the folders `train`, `validation`, `test` say; a missing validation part is cut from train (10%).
 */
export const splitRules = ['80/10/10', 'seed-study', 'folders'] as const
export type SplitRule = (typeof splitRules)[number]
export const splitRuleSchema = z.enum(splitRules)

/** What an import can find wrong. Errors keep an image out of the version; warnings keep it in. */
export const importIssueKinds = {
  corrupt: 'error', // no decoder can read it
  truncated: 'error', // ends before its image does
  empty: 'error', // zero bytes
  'not-an-image': 'error',
  'too-large': 'error', // over 50 megapixels, or decoding took too long or too much memory
  unplaced: 'error', // not inside a class folder
  'duplicate-across-classes': 'error', // the same bytes or pixels under two classes: all copies are left out
  'duplicate-across-splits': 'error', // the same pixels in two split folders: kept in one only (test before validation before train)
  duplicate: 'warning', // the same pixels twice in a class: always on the same side, both kept
  'near-duplicate': 'warning', // perceptual hashes within the threshold
  'small-class': 'warning', // fewer images than splits
} as const satisfies Record<string, 'error' | 'warning'>
export type ImportIssueKind = keyof typeof importIssueKinds
export const importIssueKindSchema = z.enum(Object.keys(importIssueKinds) as [ImportIssueKind, ...ImportIssueKind[]])

export const importIssueSchema = z.object({
  kind: importIssueKindSchema,
  /** Path inside the imported folder or archive. */
  path: z.string(),
  /** One sentence for people. */
  reason: z.string(),
  /** The other files it concerns (the twin of a duplicate). */
  related: z.array(z.string()).default([]),
})
export type ImportIssue = z.infer<typeof importIssueSchema>

export const manifestImageSchema = z.object({
  /** SHA-256 of the file's bytes, the image's name in storage. */
  sha256: sha256Schema,
  /** Path inside the imported folder. */
  path: z.string().max(1024),
  classIndex: z.number().int().nonnegative(),
  split: splitSchema,
  /** Pixels, after the EXIF orientation is applied. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  bytes: z.number().int().positive(),
  /** 64-bit difference hash of the upright image, 16 hexadecimal digits. */
  perceptualHash: z.string().regex(/^[0-9a-f]{16}$/),
  /** SHA-256 of a small WebP picture of it in storage; absent where none was made. */
  thumbnail: sha256Schema.optional(),
})
export type ManifestImage = z.infer<typeof manifestImageSchema>

/** A dataset version: immutable, named by the hash of content and split (`fingerprint`). Images are sorted by path. */
export const datasetManifestSchema = z.object({
  /** SHA-256 over classes, split rule's outcome and every image's (class, split, content). Names and thumbnails do not enter. */
  fingerprint: sha256Schema,
  classes: z.array(nameSchema).min(2),
  splitRule: splitRuleSchema,
  seed: seedSchema,
  images: z.array(manifestImageSchema).min(1),
})
export type DatasetManifest = z.infer<typeof datasetManifestSchema>

/** What one import did. */
export const importReportSchema = z.object({
  filesFound: z.number().int(),
  imagesKept: z.number().int(),
  seconds: z.number(),
  issues: z.array(importIssueSchema),
  /** What was done that is no fault of a file, a sentence each: hidden files passed over, a part cut from train. */
  notes: z.array(z.string()).default([]),
})
export type ImportReport = z.infer<typeof importReportSchema>

export const importRequestSchema = z.object({
  name: nameSchema,
  /** `auto`: split folders when there are any, else 80/10/10. */
  splitRule: z.union([splitRuleSchema, z.literal('auto')]).default('auto'),
  seed: seedSchema.default(0),
})
export type ImportRequest = z.infer<typeof importRequestSchema>
