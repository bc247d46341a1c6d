import { z } from 'zod'
import { augmentedImageSchema, previewImages } from './augmentation-preview.ts'
import { datasetManifestSchema, importReportSchema, splitRuleSchema } from './dataset.ts'
import { extractionSchema } from './extraction.ts'
import { nameSchema, seedSchema, sha256Schema } from './identifier.ts'
import { modelDescriptionSchema, weightsInfoSchema } from './model.ts'
import { recipeSchema } from './recipe.ts'
import { augmentationSchema } from './recipe/augmentation.ts'
import { artifactKindSchema, exportFormatsSchema, predictionSchema, trialSummarySchema } from './trial.ts'

/**
 * What workers do. A job is claimed with a lease and an attempt number; every write of a worker carries that number.
 * `trial`: train and score. `import`: turn uploaded files into a dataset version. `quick-check`: ImageNet labels of a sample
 * a class. `augmentation-preview`: what an augmentation makes of some training images. `predict`: classify images with a trial's model. `export`: write the model as ONNX or in other formats, with labels and model card.
 * `plan`: what the engine's planner says of a training before it runs: memory, and what it would cache. `extraction`: shards of a trial's
 * large extraction of features, for a worker that has nothing else to do.
 */
export const jobKinds = ['trial', 'import', 'quick-check', 'augmentation-preview', 'predict', 'export', 'plan', 'extraction'] as const
export type JobKind = (typeof jobKinds)[number]
export const jobKindSchema = z.enum(jobKinds)

/** A model and where its weight file is: in the storage under `weights.sha256`, or nowhere yet (the worker fetches it from the catalog and uploads it). Null weights: from scratch. */
export const modelReferenceSchema = z.object({ model: modelDescriptionSchema, weights: weightsInfoSchema.nullable() })
export type ModelReference = z.infer<typeof modelReferenceSchema>

/** A trained model as the storage holds it: safetensors of head (or whole network) plus what is needed to run it. */
export const trainedModelReferenceSchema = modelReferenceSchema.extend({
  trialId: z.string(),
  recipe: recipeSchema,
  seed: seedSchema,
  datasetName: z.string(),
  datasetVersion: sha256Schema,
  classes: z.array(z.string()),
  /** SHA-256 of the `weights` artifact in the storage. */
  trainedWeights: sha256Schema,
})
export type TrainedModelReference = z.infer<typeof trainedModelReferenceSchema>

/** A stored blob with the path it had: an uploaded file. */
export const uploadedFileSchema = z.object({ path: z.string().min(1).max(1024), sha256: sha256Schema, bytes: z.number().int().nonnegative() })
export type UploadedFile = z.infer<typeof uploadedFileSchema>

export const jobPayloadSchema = z.discriminatedUnion('kind', [
  modelReferenceSchema.extend({
    kind: z.literal('trial'),
    trialId: z.string(),
    datasetName: z.string(),
    /** SHA-256 of the manifest's JSON in the storage. */
    manifest: sha256Schema,
    recipe: recipeSchema,
    seed: seedSchema,
    /** What an attempt before this one left in the storage, newest first. */
    checkpoints: z.array(sha256Schema).max(2).optional(),
    /** Images that go through the network at once, at most: told after an attempt that ran out of memory. */
    microbatchLimit: z.number().int().positive().optional(),
  }),
  z.object({
    kind: z.literal('import'),
    importId: z.string(),
    name: nameSchema,
    splitRule: z.union([splitRuleSchema, z.literal('auto')]),
    seed: seedSchema,
    /** Either a zip in the storage, or a list of files (JSON array of UploadedFile) in the storage. */
    source: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('zip'), sha256: sha256Schema, bytes: z.number().int() }),
      z.object({ kind: z.literal('files'), sha256: sha256Schema, count: z.number().int() }),
    ]),
  }),
  modelReferenceSchema.extend({ kind: z.literal('quick-check'), datasetVersion: sha256Schema, manifest: sha256Schema }),
  z.object({ kind: z.literal('augmentation-preview'), datasetName: z.string(), manifest: sha256Schema, augmentation: augmentationSchema }),
  z.object({ kind: z.literal('predict'), trained: trainedModelReferenceSchema, images: z.array(uploadedFileSchema).min(1).max(64) }),
  modelReferenceSchema.extend({ kind: z.literal('plan'), recipe: recipeSchema, images: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }), classes: z.number().int().min(1) }),
  modelReferenceSchema.extend({ kind: z.literal('extraction'), trialId: z.string(), datasetName: z.string(), manifest: sha256Schema, extraction: extractionSchema }),
  z.object({ kind: z.literal('export'), trained: trainedModelReferenceSchema, manifest: sha256Schema, summary: trialSummarySchema, formats: exportFormatsSchema.default(['onnx']) }),
])
export type JobPayload = z.infer<typeof jobPayloadSchema>

/** Per-class probabilities of one image, most probable first. */
export const classProbabilitySchema = z.object({ className: z.string(), probability: z.number() })
export const imagePredictionSchema = z.object({ path: z.string(), sha256: sha256Schema, classes: z.array(classProbabilitySchema), error: z.string().nullable() })
export type ImagePrediction = z.infer<typeof imagePredictionSchema>

export const quickCheckSampleSchema = z.object({ classIndex: z.number().int(), sha256: sha256Schema, path: z.string(), top: z.array(classProbabilitySchema).max(5) })
export type QuickCheckSample = z.infer<typeof quickCheckSampleSchema>

export const artifactReferenceSchema = z.object({ kind: artifactKindSchema, name: z.string(), sha256: sha256Schema, bytes: z.number().int() })
export type ArtifactReference = z.infer<typeof artifactReferenceSchema>

/** What a finished job reports; blobs it names are in the storage already. */
export const jobResultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trial'), summary: trialSummarySchema, predictions: z.array(predictionSchema), artifacts: z.array(artifactReferenceSchema), weights: weightsInfoSchema.nullable() }),
  z.object({ kind: z.literal('import'), manifest: datasetManifestSchema, manifestSha256: sha256Schema, report: importReportSchema }),
  z.object({ kind: z.literal('quick-check'), samples: z.array(quickCheckSampleSchema) }),
  z.object({ kind: z.literal('augmentation-preview'), images: z.array(augmentedImageSchema).min(1).max(previewImages) }),
  z.object({ kind: z.literal('predict'), predictions: z.array(imagePredictionSchema) }),
  z.object({ kind: z.literal('plan'), memoryBytes: z.number().nonnegative(), words: z.array(z.string().max(2000)).max(8) }),
  /** `images`: so many it computed; `isOver`: nobody else is wanted for it. */
  z.object({ kind: z.literal('extraction'), images: z.number().int().nonnegative(), isOver: z.boolean() }),
  z.object({ kind: z.literal('export'), artifacts: z.array(artifactReferenceSchema), rescored: z.object({ accuracy: z.number(), largestDifference: z.number() }) }),
])
export type JobResult = z.infer<typeof jobResultSchema>

/** What a job is doing now: shown live. `fraction` is 0 to 1. */
export const jobProgressSchema = z.object({ stage: z.string().max(60), fraction: z.number().min(0).max(1).nullable(), message: z.string().max(300) })
export type JobProgress = z.infer<typeof jobProgressSchema>
