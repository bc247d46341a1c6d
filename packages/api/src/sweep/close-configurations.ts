import type { ConfigurationState } from '@graft/contracts/sweep-results'
import { isTerminal, type JobState } from '@graft/contracts/trial'
import type { Transaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'
import { objectiveOf } from './sweep-search.ts'
import { trialObjectives, type TrialObjective } from './trial-objectives.ts'

/** Gives configurations whose trials have all ended their state and value. @returns how many are still running. */
export async function closeConfigurations(tx: Transaction, sweep: Sweep): Promise<number> {
  const running = await tx.sweepConfiguration.findMany({ where: { sweepId: sweep.id, state: 'running' }, select: { index: true } })
  const trials = await trialObjectives(tx, sweep.id, running.map(({ index }) => index), objectiveOf(sweep))
  let open = 0
  for (const { index } of running) {
    const outcome = outcomeOf(trials.filter(({ configuration }) => configuration === index))
    if (outcome === null) open += 1
    else await tx.sweepConfiguration.update({ where: { sweepId_index: { sweepId: sweep.id, index } }, data: outcome })
  }
  return open
}

/**
 * What became of a configuration; null while one of its trials is not over. Its value is the mean over its trials, those that were
 * pruned with their best so far; there is none where a trial failed, diverged, was cancelled, or was pruned before its first epoch.
 */
export function outcomeOf(trials: readonly Pick<TrialObjective, 'state' | 'value'>[]): { state: Exclude<ConfigurationState, 'running'>; value: number | null } | null {
  if (trials.length === 0 || !trials.every(({ state }) => isTerminal(state))) return null
  const has = (state: JobState): boolean => trials.some((trial) => trial.state === state)
  for (const state of ['diverged', 'failed', 'cancelled'] as const) if (has(state as JobState)) return { state, value: null }
  return { state: has('pruned' as JobState) ? 'pruned' : 'finished', value: trials.every(({ value }) => value !== null) ? mean(trials.map(({ value }) => value!)) : null }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
