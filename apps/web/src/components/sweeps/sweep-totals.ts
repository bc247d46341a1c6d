import type { JobState } from '@graft/contracts/trial'

/** How many trials are over (however they ended) of how many. */
export function sweepTotals(counts: Record<JobState, number>): { done: number; total: number } {
  const done = counts.finished + counts.failed + counts.cancelled
  return { done, total: done + counts.queued + counts.running }
}
