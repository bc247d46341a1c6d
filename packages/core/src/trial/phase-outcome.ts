import type { FeatureReuse, ViewCost } from '@graft/contracts/trial'
import type { Phase } from '@graft/contracts/recipe'
import type { NetworkWeights } from '../network/description.ts'
import type { WeightedNetwork } from '../prediction/join-networks.ts'
import type { EpochMetrics } from '../training/epoch-metrics.ts'
import type { TrainedWeights } from './trained-weights.ts'

/** What one phase of a pretrained model came to. */
export interface PhaseOutcome {
  kind: Phase['kind']
  /** Epochs counted from 1 in the phase. */
  history: readonly EpochMetrics[]
  bestEpoch: number
  /** What the phase trained, after the best epoch, as its training gave it. */
  bestWeights: NetworkWeights
  trained: TrainedWeights
  /** Trunk, head and what was trained between them as one network: where the next phase begins. */
  whole(): Promise<WeightedNetwork>
  /** Index in the trunk of the lowest layer that this phase or one before it changed; Infinity: none. */
  lowestChanged: number
  /** images x classes, for the validation and the test images, with the best epoch's weights. */
  probabilities(): Promise<{ validation: Float32Array; test: Float32Array }>
  /** Parameters that trained. */
  trainable: number
  seconds: { decode: number; extraction: number; training: number }
  features: FeatureReuse
  plan?: string
  views?: ViewCost
}
