import type { TrialState } from '../ui/state-pill.tsx'

/** Trials by state; a state that nothing is in may be left out. */
export type StateCounts = Readonly<Partial<Record<TrialState, number>>>

const over: readonly TrialState[] = ['finished', 'pruned', 'diverged', 'failed', 'cancelled']

/** How many trials are over (however they ended) of how many. */
export function sweepTotals(counts: StateCounts): { done: number; total: number } {
  const sum = (states: readonly TrialState[]) => states.reduce((all, state) => all + (counts[state] ?? 0), 0)
  const done = sum(over)
  return { done, total: done + sum(['queued', 'running', 'paused']) }
}
