import { toErrorReport, isGraftError } from '@graft/contracts/errors'
import { recipeSchema } from '@graft/contracts/recipe'
import type { Configuration } from '@graft/contracts/search-space'
import type { SweepSearch } from '@graft/contracts/sweep-search'
import { toJson, type Database, type Transaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'
import { notifyChange } from '@graft/db/notifications'
import { createSearch } from '@graft/search/create-search'
import { countOnlineSlots } from '../worker/online-workers.ts'
import { addTrials, storeRecipe } from './add-trials.ts'
import { applyConfiguration } from './apply-configuration.ts'
import { budgetUse } from './budget-use.ts'
import { changeSweepState } from './change-sweep-state.ts'
import { closeConfigurations } from './close-configurations.ts'
import { lockSweep } from './lock-sweep.ts'
import { earlierResults, searchHistory } from './search-history.ts'
import { searchOf } from './sweep-search.ts'
import { sweepTargets } from './sweep-targets.ts'
import { checkRecipe } from './targets.ts'

export interface Advanced {
  /** Configurations that were proposed now. */
  proposed: number
}

/**
 * Takes a sweep as far as it can go now, under its lock: configurations whose trials are over get their value, the search is asked for
 * as many new ones as parallelism and budget allow, and a sweep with nothing left to do is finished. May be called at any time, by
 * any number of servers: what there is nothing to do for changes nothing.
 */
export function advanceSweep(db: Database, sweepId: string, signal?: AbortSignal): Promise<Advanced> {
  return db.$transaction(async (tx) => advanceLocked(tx, await lockSweep(tx, sweepId), signal), { timeout: 300_000 })
}

/** The same for a sweep that the caller's transaction has locked. */
export async function advanceLocked(tx: Transaction, sweep: Sweep, signal?: AbortSignal): Promise<Advanced> {
  if (sweep.state === 'cancelled' || sweep.state === 'finished') return { proposed: 0 }
  const search = searchOf(sweep)
  let exhausted = search === null ? 'There is one configuration.' : sweep.exhausted
  for (let proposed = 0; ; ) {
    const open = await closeConfigurations(tx, sweep)
    const more = sweep.state === 'running' && search !== null && exhausted === null ? await proposeMore(tx, sweep, search, open, signal) : { proposed: 0, exhausted }
    proposed += more.proposed
    exhausted = more.exhausted
    if (more.proposed > 0) continue // some may have been trained for another sweep already
    if (open === 0 && exhausted !== null) await changeSweepState(tx, sweep, 'finished')
    return { proposed }
  }
}

/** Proposals in a row that the recipe does not take, after which the search is given up. */
const mostRefused = 50

/** @returns how many were added that run, and why no more will come (null: more may). */
async function proposeMore(tx: Transaction, sweep: Sweep, search: SweepSearch, open: number, signal?: AbortSignal): Promise<{ proposed: number; exhausted: string | null }> {
  const left = await configurationsLeft(tx, sweep, search)
  const room = Math.min(left.count, (await parallelism(tx, sweep, search)) - open)
  let proposed = 0
  let refused = 0
  let exhausted = left.why
  const warmStart = room > 0 ? await earlierResults(tx, search) : []
  while (exhausted === null && proposed < room) {
    const history = await searchHistory(tx, sweep.id)
    const configurations = await createSearch(search, { warmStart }).propose(history, room - proposed, signal)
    if (configurations.length === 0) exhausted = 'Every configuration of the space was tried.'
    for (const [offset, configuration] of configurations.entries()) {
      if (await addConfiguration(tx, sweep, history.length + offset, configuration)) proposed += 1
      else refused += 1
    }
    if (refused >= mostRefused) exhausted = 'The recipe took none of the last configurations: see their errors.'
  }
  if (exhausted !== null) await tx.sweep.update({ where: { id: sweep.id }, data: { exhausted } })
  if (proposed > 0) await notifyChange(tx, { topic: 'sweep', id: sweep.id })
  return { proposed, exhausted }
}

/** Configurations that budget and target still have room for. */
async function configurationsLeft(tx: Transaction, sweep: Sweep, { budget = {}, objective: { target, goal } }: SweepSearch): Promise<{ count: number; why: string | null }> {
  if (target !== undefined) {
    const reached = await tx.sweepConfiguration.count({ where: { sweepId: sweep.id, state: 'finished', value: goal === 'maximize' ? { gte: target } : { lte: target } } })
    if (reached > 0) return { count: 0, why: `The target of ${target} is reached.` }
  }
  const used = await budgetUse(tx, sweep.id)
  const count = budget.trials === undefined ? Infinity : Math.floor((budget.trials - used.trials) / sweep.pointsEach)
  if (count <= 0) return { count: 0, why: `The budget of ${budget.trials} trials is used.` }
  if (budget.seconds !== undefined && used.seconds >= budget.seconds) return { count: 0, why: `The budget of ${budget.seconds} seconds is used.` }
  if (budget.images !== undefined && used.images >= budget.images) return { count: 0, why: `The budget of ${budget.images} images is used.` }
  return { count, why: null }
}

/** Configurations that may wait or run at once: by default as many as keep every slot busy. */
async function parallelism(tx: Transaction, sweep: Sweep, { parallel }: SweepSearch): Promise<number> {
  return parallel ?? Math.max(1, Math.ceil((await countOnlineSlots(tx)) / sweep.pointsEach))
}

/** A configuration with its trials. One that the recipe does not take is kept as failed, for the search to learn from. @returns whether it runs. */
async function addConfiguration(tx: Transaction, sweep: Sweep, index: number, configuration: Configuration): Promise<boolean> {
  const base = recipeSchema.parse(sweep.recipe)
  const row = { sweepId: sweep.id, index, parameters: toJson(configuration) }
  try {
    const recipe = applyConfiguration(base, configuration)
    const targets = await sweepTargets(tx, sweep, configuration)
    checkRecipe(targets, recipe)
    const { hash } = await storeRecipe(tx, recipe)
    await tx.sweepConfiguration.create({ data: { ...row, recipeHash: hash } })
    await addTrials(tx, sweep, index, recipe, targets, sweep.seeds)
    return true
  } catch (error) {
    if (!isGraftError(error) || error.code !== 'invalid_input') throw error
    await tx.sweepConfiguration.create({ data: { ...row, recipeHash: sweep.recipeHash, state: 'failed', error: toJson(toErrorReport(error)) } })
    return false
  }
}
