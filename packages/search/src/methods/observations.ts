import type { Objective } from '@graft/contracts/sweep-search'
import type { CompiledSpace, Point } from '../space/compiled-space.ts'
import type { TrialRecord, TrialRecordState } from '../trial-record.ts'

/** A record as methods that model see it. */
export interface Observation {
  point: Point
  state: TrialRecordState
  /** Lower is better; null while nothing is known. A diverged trial has +Infinity. */
  loss: number | null
  /** Epochs that it ran. */
  epochs: number
}

/**
 * The records that lie in the space and say something: running, finished, pruned and diverged ones. A failed trial says nothing
 * of its configuration (a lost machine, a full disk).
 */
export function observationsOf(history: readonly TrialRecord[], space: CompiledSpace, objective: Objective): Observation[] {
  return history.flatMap((record) => {
    const point = record.state === 'failed' ? null : space.encode(record.configuration)
    return point === null ? [] : [observationOf(record, point, objective)]
  })
}

export function observationOf({ state, value, steps }: Omit<TrialRecord, 'index'>, point: Point, objective: Objective): Observation {
  return { point, state, loss: lossOf(state, value, objective), epochs: steps?.at(-1)?.step ?? 0 }
}

function lossOf(state: TrialRecordState, value: number | null, { goal }: Objective): number | null {
  if (state === 'diverged') return Number.POSITIVE_INFINITY
  if (value === null) return null
  return Number.isFinite(value) ? (goal === 'maximize' ? -value : value) : Number.POSITIVE_INFINITY
}

/**
 * Negative where `a` did better: finished trials by their loss, then pruned ones, those that got further first and then by loss
 * (Optuna's order), diverged ones last. Equal otherwise; only for what has ended.
 */
export function compareObservations(a: Observation, b: Observation): number {
  const rank = ({ state, loss }: Observation): number => (loss === null || !Number.isFinite(loss) ? 2 : state === 'finished' ? 0 : 1)
  return rank(a) - rank(b) || (rank(a) === 1 ? b.epochs - a.epochs : 0) || (rank(a) === 2 ? 0 : a.loss! - b.loss!)
}
