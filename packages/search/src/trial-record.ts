import type { Configuration } from '@graft/contracts/search-space'

/** `running` is whatever has been proposed and has no end yet, waiting included. `diverged`: its loss was no number. */
export type TrialRecordState = 'running' | 'finished' | 'pruned' | 'failed' | 'diverged'

/** The objective after one epoch; epochs count from 1 over all phases. */
export interface CurvePoint { step: number; value: number }

/** What a search knows of one proposal. */
export interface TrialRecord {
  /** Number of the proposal, from 0. */
  index: number
  configuration: Configuration
  state: TrialRecordState
  /** The objective of the best epoch (so far, where it is running or was pruned); null before the first, or where it failed. */
  value: number | null
  /** The objective by epoch, as far as it went. */
  steps?: readonly CurvePoint[]
}

/** An earlier sweep whose results a search starts from. */
export interface EarlierResults {
  /** Ids of dataset and model, or whatever else makes values comparable: records of one group are ranked among themselves. */
  group: string
  /** Configurations may have other parameters than this space: what both have counts. */
  trials: readonly Omit<TrialRecord, 'index'>[]
}
