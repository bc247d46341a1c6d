import { z } from 'zod'
import { classificationMetricsSchema } from './classification-metrics.ts'
import { splitSchema } from './dataset.ts'

/** States of a trial (and of any other job) and the only transitions there are. An attempt is one go at it by one worker. */
export const jobStates = ['queued', 'running', 'paused', 'finished', 'failed', 'cancelled', 'pruned', 'diverged'] as const
export type JobState = (typeof jobStates)[number]
/** `paused`: not claimed until resumed. `pruned`: a search stopped it early. `diverged`: its loss became not finite. The last two are never ranked. */
export const jobTransitions: Readonly<Record<JobState, readonly JobState[]>> = {
  queued: ['running', 'paused', 'cancelled'],
  running: ['finished', 'failed', 'cancelled', 'pruned', 'diverged', 'paused', 'queued'], // back to queued: the lease ran out, the worker let go, or a retry
  paused: ['queued', 'cancelled'],
  finished: [],
  failed: ['queued'], // this and the next three: by hand, or because another sweep wants the whole trial
  cancelled: ['queued'],
  pruned: ['queued'],
  diverged: ['queued'],
}
const terminalStates: ReadonlySet<JobState> = new Set(['finished', 'failed', 'cancelled', 'pruned', 'diverged'])
export const isTerminal = (state: JobState): boolean => terminalStates.has(state)
export const canTransition = (from: JobState, to: JobState): boolean => jobTransitions[from].includes(to)

/** One value of one metric at one step. Keyed (trial, step, name). Step 1 is after the first epoch. */
export const metricPointSchema = z.object({
  step: z.number().int().nonnegative(),
  name: z.enum(['train/loss', 'train/accuracy', 'validation/loss', 'validation/accuracy', 'epoch/seconds']),
  value: z.number(),
})
export type MetricPoint = z.infer<typeof metricPointSchema>
export type MetricName = MetricPoint['name']

/** One image's prediction by the trial's best epoch. */
export const predictionSchema = z.object({
  /** SHA-256 of the image and its path: one content may lie twice in a dataset. */
  sha256: z.string(),
  path: z.string(),
  split: splitSchema,
  /** Index of the true class. */
  label: z.number().int(),
  /** Index of the most probable class. */
  predicted: z.number().int(),
  /** Probability of `predicted`. */
  probability: z.number(),
  /** Probability of `label`. */
  labelProbability: z.number(),
  correct: z.boolean(),
})
export type Prediction = z.infer<typeof predictionSchema>

/** Seconds, apart; feature extraction counts only what was not in the cache. */
export const timingsSchema = z.object({
  decode: z.number(),
  extraction: z.number(),
  training: z.number(),
  evaluation: z.number(),
  total: z.number(),
})
export type Timings = z.infer<typeof timingsSchema>

export const featureReuseSchema = z.object({
  reused: z.number().int(),
  computed: z.number().int(),
  /** What the reused ones would have cost: reused x the measured seconds an image when they were computed. */
  secondsSaved: z.number(),
  /** Why the cache was not used (its disk is full or cannot be written to); absent where it was. */
  problem: z.string().max(500).optional(),
})
export type FeatureReuse = z.infer<typeof featureReuseSchema>

export const scoreSchema = z.object({
  accuracy: z.number(),
  loss: z.number(),
  images: z.number().int(),
  correct: z.number().int(),
  /** 95% Wilson interval of the accuracy. */
  interval: z.tuple([z.number(), z.number()]),
  /** Absent without images, and in trials of before they were computed. */
  metrics: classificationMetricsSchema.optional(),
})
export type Score = z.infer<typeof scoreSchema>

/** Where a trial ran. */
export const environmentSchema = z.object({
  device: z.string(),
  cpu: z.string(),
  cores: z.number().int(),
  platform: z.string(),
  versions: z.record(z.string(), z.string()),
})
export type Environment = z.infer<typeof environmentSchema>

/** Cached augmented views of the training images, and what they cost. */
export const viewCostSchema = z.object({
  /** Views of each of so many images. */
  count: z.number().int(),
  images: z.number().int(),
  /** Features, over all views. */
  computed: z.number().int(),
  reused: z.number().int(),
  /** Of running the trunk on them; and what the reused ones once took. */
  seconds: z.number(),
  secondsSaved: z.number(),
})
export type ViewCost = z.infer<typeof viewCostSchema>

/** One phase of a trial. */
export const phaseSummarySchema = z.object({
  kind: z.enum(['feature-extraction', 'fine-tuning']),
  /** Epochs that were trained: fewer than the recipe's where early stopping ended the phase. */
  epochs: z.number().int(),
  /** Its best epoch, counted over the whole trial as the metrics' steps are. */
  bestEpoch: z.number().int(),
  /** Of that epoch; null without validation images. */
  validationAccuracy: z.number().nullable(),
  validationLoss: z.number().nullable(),
  seconds: z.number(),
  /** What the planner chose, and why: cached or recomputed activations, microbatches, memory. */
  plan: z.string().max(2000).optional(),
  /** With augmentation and a frozen trunk. */
  views: viewCostSchema.optional(),
})
export type PhaseSummary = z.infer<typeof phaseSummarySchema>

export const trialSummarySchema = z.object({
  /** 1-based epoch, counted over all phases, whose weights were kept: highest validation accuracy, then lowest validation loss, then earliest. */
  bestEpoch: z.number().int(),
  epochs: z.number().int(),
  /** Absent in trials of before there were several. */
  phases: z.array(phaseSummarySchema).optional(),
  validation: scoreSchema,
  test: scoreSchema,
  timings: timingsSchema,
  features: featureReuseSchema,
  /** Total and trainable parameters. */
  parameters: z.object({ total: z.number().int(), trainable: z.number().int() }),
  /** SHA-256 over the trained weights: equal for two runs of the same trial on the CPU. */
  weightsSha256: z.string(),
  environment: environmentSchema,
  /** Largest resident memory of the process while it trained, bytes; absent in trials of before it was watched. */
  peakMemoryBytes: z.number().nonnegative().optional(),
})
export type TrialSummary = z.infer<typeof trialSummarySchema>

/** What a trained model is exported as: ONNX; a Keras .h5; a tfjs layers model; safetensors of the whole network's weights. */
export const exportFormats = ['onnx', 'keras', 'tfjs', 'safetensors'] as const
export type ExportFormat = (typeof exportFormats)[number]
export const exportFormatsSchema = z.array(z.enum(exportFormats)).min(1).max(exportFormats.length)

export const artifactKinds = ['predictions-csv', 'weights', 'onnx', 'keras-h5', 'tfjs-model', 'tfjs-weights', 'safetensors', 'model-card', 'labels'] as const
export const artifactKindSchema = z.enum(artifactKinds)
export type ArtifactKind = (typeof artifactKinds)[number]
