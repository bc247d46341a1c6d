import { sweepSearchSchema, type SearchMethod } from '@graft/contracts/sweep-search'
import { createSearch } from '../src/create-search.ts'
import type { TrialRecord } from '../src/trial-record.ts'
import { median } from './bootstrap.ts'
import { searchFunction } from './functions.ts'

const proposals = 15

/** Processor time of a proposal beside a history of 100 and of 1,000 trials of the mixed conditional function, median and slowest of 15, and random search's beside it. */
export async function printProposalSeconds(methods: readonly SearchMethod[]): Promise<void> {
  console.log('\n| method | 100 trials of history: processor ms a proposal, median (slowest) | 1,000 trials | ratio to random, 1,000 trials |\n|---|---|---|---|')
  const random = await measure('random', 1000)
  for (const method of methods) {
    if (method === 'grid') continue
    const [few, many] = [await measure(method, 100), await measure(method, 1000)]
    console.log(`| ${method} | ${few.median.toFixed(1)} (${few.slowest.toFixed(1)}) | ${many.median.toFixed(1)} (${many.slowest.toFixed(1)}) | ${(many.median / random.median).toFixed(1)} |`)
  }
}

async function measure(method: SearchMethod, trials: number): Promise<{ median: number; slowest: number }> {
  const f = searchFunction('recipe')
  const configurations = await createSearch(sweepSearchSchema.parse({ space: f.space, method: 'random', seed: 1 })).propose([], trials)
  const history = configurations.map((configuration, index): TrialRecord => ({ index, configuration, state: 'finished', value: f.regret(configuration) }))
  const milliseconds: number[] = []
  // The first calls compile; they are not counted.
  for (let seed = -3; seed < proposals; seed += 1) {
    const search = createSearch(sweepSearchSchema.parse({ space: f.space, method, seed: seed + 3, objective: { metric: 'validation/loss' } }))
    const began = process.cpuUsage()
    await search.propose(history, 1)
    const { user, system } = process.cpuUsage(began)
    if (seed >= 0) milliseconds.push((user + system) / 1000)
  }
  return { median: median(milliseconds), slowest: Math.max(...milliseconds) }
}
