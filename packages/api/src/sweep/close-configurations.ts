import type { ConfigurationState } from '@graft/contracts/sweep-results'
import { isTerminal, type JobState } from '@graft/contracts/trial'
import type { Transaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'
import { objectiveOf } from './sweep-search.ts'
import { trialObjectives, type TrialObjective } from './trial-objectives.ts'

/** Gives configurations whose trials have all ended their state and value. @returns how many are still running. */
export async function closeConfigurations(tx: Transaction, sweep: Sweep): Promise<number> {
  const running = await tx.$queryRaw<{ index: number; isOver: boolean }[]>`
    SELECT index, NOT EXISTS (
      SELECT 1 FROM "SweepTrial" member JOIN "Trial" trial ON trial.id = member."trialId" JOIN "Job" job ON job.id = trial."jobId"
      WHERE member."sweepId" = configuration."sweepId" AND member."configurationIndex" = configuration.index AND job.state IN ('queued', 'running', 'paused')) AS "isOver"
    FROM "SweepConfiguration" configuration WHERE "sweepId" = ${sweep.id} AND state = 'running'`
  const over = running.filter(({ isOver }) => isOver)
  // Only of those that are over: a sweep of thousands of trials is looked at whenever one of them ends.
  const trials = over.length === 0 ? [] : await trialObjectives(tx, sweep.id, over.map(({ index }) => index), objectiveOf(sweep))
  let open = running.length - over.length
  for (const { index } of over) {
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
