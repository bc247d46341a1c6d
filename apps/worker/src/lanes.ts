import type { JobKind } from '@graft/contracts/job'

/** What trains: minutes of compute. Everything else is short, and somebody waits for it in front of a screen. */
const training: ReadonlySet<JobKind> = new Set(['trial'])

/**
 * The kinds of a worker, divided into those that run beside each other: trainings in one lane, short jobs in the other. No empty lanes.
 */
export function lanesOf(kinds: readonly JobKind[]): JobKind[][] {
  const lanes = [kinds.filter((kind) => training.has(kind)), kinds.filter((kind) => !training.has(kind))]
  return lanes.filter((lane) => lane.length > 0)
}
