import type { Objective } from '@graft/contracts/sweep-search'
import type { CompiledSpace, Point } from '../space/compiled-space.ts'
import type { CurvePoint, TrialRecord, TrialRecordState } from '../trial-record.ts'

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
  const sign = objective.goal === 'maximize' ? -1 : 1
  const observations: Observation[] = []
  for (const record of history) {
    if (record.state === 'failed') continue
    const point = space.encode(record.configuration)
    if (point === null) continue
    observations.push({ point, state: record.state, loss: lossOf(record, sign), epochs: lastStep(record.steps) })
  }
  return observations
}

function lossOf(record: TrialRecord, sign: number): number | null {
  if (record.state === 'diverged') return Number.POSITIVE_INFINITY
  if (record.value === null) return null
  return Number.isFinite(record.value) ? sign * record.value : Number.POSITIVE_INFINITY
}

const lastStep = (steps: readonly CurvePoint[] | undefined): number => steps?.at(-1)?.step ?? 0
