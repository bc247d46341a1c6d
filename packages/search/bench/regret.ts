import { sweepSearchSchema, type SearchMethod } from '@graft/contracts/sweep-search'
import { createSearch } from '../src/create-search.ts'
import type { SearchFunction } from './functions.ts'
import type { TrialRecord } from '../src/trial-record.ts'

export const checkpoints = [30, 100] as const

/** Smallest regret so far at each checkpoint; of those in flight, the oldest ends first. An exhausted space keeps its best. */
export async function regretOf(f: SearchFunction, method: SearchMethod, seed: number, inFlight = 1, trials: number = checkpoints.at(-1)!): Promise<number[]> {
  const search = createSearch(sweepSearchSchema.parse({ space: f.space, method, seed, objective: { metric: 'validation/loss' } }))
  const history: TrialRecord[] = []
  const running: number[] = []
  const values: number[] = []
  for (;;) {
    const proposals = await search.propose(history, Math.min(inFlight - running.length, trials - history.length))
    for (const configuration of proposals) {
      running.push(history.length)
      history.push({ index: history.length, configuration, state: 'running', value: null })
    }
    const ended = running.shift()
    if (ended === undefined) break
    const value = f.regret(history[ended]!.configuration)
    history[ended] = { ...history[ended]!, state: 'finished', value }
    values.push(value)
  }
  return checkpoints.filter((count) => count <= trials).map((count) => Math.min(...values.slice(0, count)))
}
