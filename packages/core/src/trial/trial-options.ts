import type { DatasetManifest, ManifestImage } from '@graft/contracts/dataset'
import type { FeatureStore } from '@graft/contracts/feature-store'
import type { JobProgress } from '@graft/contracts/job'
import type { ModelDescription } from '@graft/contracts/model'
import type { Recipe } from '@graft/contracts/recipe'
import type { MetricPoint } from '@graft/contracts/trial'
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
  signal?: AbortSignal
}
