import type { CheckpointStore } from '@graft/contracts/checkpoint-store'
import type { DatasetManifest, ManifestImage } from '@graft/contracts/dataset'
import type { FeatureStore } from '@graft/contracts/feature-store'
import type { JobProgress } from '@graft/contracts/job'
import type { ModelDescription } from '@graft/contracts/model'
import type { Recipe } from '@graft/contracts/recipe'
import type { MetricPoint } from '@graft/contracts/trial'
import type { FineTuningPlan } from '../finetuning/plan.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { WeightFile } from './trunk.ts'

export interface TrialOptions {
  runtime: Runtime
  model: ModelDescription
  /** Null for a baseline from scratch. */
  weightFile: WeightFile | null
  manifest: DatasetManifest
  recipe: Recipe
  seed: number
  read(image: ManifestImage): Promise<Uint8Array>
  features: FeatureStore
  onProgress?(progress: JobProgress): void
  /** After every epoch; waited for. */
  onMetrics?(points: MetricPoint[]): void | Promise<void>
  /** Where the trial is kept while it is under way; a checkpoint in it is gone on from. Absent: not kept. */
  checkpoints?: CheckpointStore
  /** Least seconds between two checkpoints, which are written as epochs end. Default 5. */
  checkpointSeconds?: number
  /** Once it fires, the trial is kept at the end of the epoch under way, and stops with the signal's reason. */
  stopAtCheckpoint?: AbortSignal
  /** What the planner of a fine-tuning phase chose and why, before it begins. */
  onPlan?(plan: FineTuningPlan): void
  /** Bytes that the process may take; default: most of the machine's memory. */
  memoryBudget?: number
  /** Samples of a batch that are computed at once, at most; fewer where the planner says so. */
  microbatchLimit?: number
  /** Bytes that the activations of one phase may take in the feature cache; default 8 GiB. */
  largestCacheBytes?: number
  signal?: AbortSignal
}
