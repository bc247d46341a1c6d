import type { FeatureReuse, PhaseSummary } from '@graft/contracts/trial'
import type { EpochMetrics } from '../training/epoch-metrics.ts'
import type { TrainedWeights } from './trained-weights.ts'

/** What the two ways of training hand back. */
export interface TrainingOutcome {
  trained: TrainedWeights
  history: readonly EpochMetrics[]
  bestEpoch: number
  phases?: PhaseSummary[]
  /** images x classes, for the validation and the test images. */
  probabilities: { validation: Float32Array; test: Float32Array }
  parameters: { total: number; trainable: number }
  seconds: { decode: number; extraction: number; training: number; evaluation: number }
  features: FeatureReuse
}
