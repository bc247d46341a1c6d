import type { Configuration } from '@graft/contracts/search-space'
import type { Random } from '@graft/statistics/random'
import type { CompiledSpace } from '../space/compiled-space.ts'
import type { TrialRecord } from '../trial-record.ts'
import type { EarlierObservation } from '../warm-start.ts'
import type { Observation } from './observations.ts'

/** What a method decides from. The same request gives the same proposal. */
export interface ProposalRequest {
  space: CompiledSpace
  /** Number of the proposal, from 0. */
  index: number
  /** A stream of its own for this proposal. */
  random: Random
  /** Seed of the whole search. */
  seed: number
  history: readonly TrialRecord[]
  /** The same history as places and losses. */
  observations: readonly Observation[]
  /** Results of earlier sweeps. */
  earlier: readonly EarlierObservation[]
  /** Configurations that have been proposed before, by their keys. */
  taken: ReadonlySet<string>
  signal?: AbortSignal
}

/** One way to propose. It may give what has been proposed before or breaks a constraint; the search then asks for another. Null: it found none. */
export type Method = (request: ProposalRequest) => Configuration | null | Promise<Configuration | null>
