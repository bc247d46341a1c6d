import type { Phase } from '@graft/contracts/recipe'
import type { Network, NetworkWeights } from '../network/description.ts'
import type { EpochMetrics } from '../training/epoch-metrics.ts'
import type { PhaseProgress } from '../training/train-epochs.ts'
import type { PhaseOutcome } from './phase-outcome.ts'
import type { TrialOptions } from './trial-options.ts'
import type { WeightFile } from './trunk.ts'

/** One phase of a trial of a pretrained model. */
export interface PhaseOptions<Kind extends Phase['kind'] = Phase['kind']> {
  options: TrialOptions
  phase: Extract<Phase, { kind: Kind }>
  /** Of the phase in the recipe. */
  index: number
  weightFile: WeightFile
  /** The pretrained network up to the feature layer; read once. */
  loadTrunk(): Promise<{ network: Network; weights: NetworkWeights }>
  /** The phase before this one; null for the first. */
  before: PhaseOutcome | null
  onEpoch(metrics: EpochMetrics): Promise<void>
  /** Where an attempt before this one had come to. */
  resume: PhaseProgress | null
  /** Where this one has come to. */
  onCheckpoint(progress: () => Promise<PhaseProgress>): Promise<void>
}
