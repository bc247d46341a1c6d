import type { JobKind } from '@graft/contracts/job'

/** What trains, or computes for what trains: minutes of compute. Everything else is short, and somebody waits for it in front of a screen. */
const training: ReadonlySet<JobKind> = new Set(['trial', 'extraction'])

/** The kinds of a worker, divided into those that run beside each other: trainings in as many lanes as there are slots, short jobs in one. No empty lanes. */
export function lanesOf(kinds: readonly JobKind[], slots = 1): JobKind[][] {
  const lanes = [...Array.from({ length: slots }, () => kinds.filter((kind) => training.has(kind))), kinds.filter((kind) => !training.has(kind))]
  return lanes.filter((lane) => lane.length > 0)
}
