import { recipeSchema } from '@graft/contracts/recipe'
import type { Configuration } from '@graft/contracts/search-space'
import { configurationStates, type BestConfiguration, type ConfigurationState } from '@graft/contracts/sweep-results'
import type { SweepView } from '@graft/contracts/views'
import { atOneMoment } from '@graft/db/at-one-moment'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'
import { z } from 'zod'
import { toTrialListItem, trialInclude } from '../trial/trial-rows.ts'
import { userProcedure } from '../trpc.ts'
import { budgetUse } from './budget-use.ts'
import { compareForecast } from './compare-forecast.ts'
import { findSweep } from './lock-sweep.ts'
import { objectiveOf, searchOf } from './sweep-search.ts'
import { summarizeSweeps } from './view.ts'

/** Trials that come with a sweep; `sweep.trials` pages through all. */
const firstTrials = 200

/** One sweep: how far it is, its best configuration, its first trials. */
export const get = userProcedure.input(z.object({ id: z.string() })).query(({ ctx: { server }, input }): Promise<SweepView> =>
  atOneMoment(server.db, async (tx) => {
    const sweep = await findSweep(tx, input.id)
    const person = await tx.person.findUniqueOrThrow({ where: { id: sweep.personId }, select: { name: true } })
    const [summary] = await summarizeSweeps(tx, [{ ...sweep, person }])
    const { recipeName: _recipeName, method: _method, ...rest } = summary!
    const used = await budgetUse(tx, sweep.id)
    const members = await tx.sweepTrial.findMany({ where: { sweepId: sweep.id }, orderBy: { position: 'asc' }, take: firstTrials, include: { trial: { include: trialInclude } } })
    const search = searchOf(sweep)
    const { trials, seconds = Infinity, images = Infinity } = search?.budget ?? {}
    // How many trials there will be is not known where time or images are the only limit.
    const byTrials = sweep.state !== 'finished' && sweep.state !== 'cancelled' && sweep.exhausted === null && trials === undefined && Math.min(seconds, images) < Infinity ? 0 : rest.fraction
    return {
      ...rest,
      fraction: Math.min(1, Math.max(byTrials, used.seconds / seconds, used.images / images)),
      recipe: recipeSchema.parse(sweep.recipe),
      search,
      configurations: await countConfigurations(tx, sweep.id),
      best: await bestConfiguration(tx, sweep),
      used,
      exhausted: search === null ? null : sweep.exhausted,
      forecast: await compareForecast(tx, sweep, used),
      trials: members.map(({ trial }) => toTrialListItem(trial)),
    }
  }),
)

async function countConfigurations(db: DatabaseOrTransaction, sweepId: string): Promise<Record<ConfigurationState, number>> {
  const groups = await db.sweepConfiguration.groupBy({ by: ['state'], where: { sweepId }, _count: true })
  return Object.fromEntries(configurationStates.map((state) => [state, groups.find((group) => group.state === state)?._count ?? 0])) as Record<ConfigurationState, number>
}

/** Of those that were trained to their end: a pruned one's value is only its best so far. */
async function bestConfiguration(db: DatabaseOrTransaction, sweep: Sweep): Promise<BestConfiguration | null> {
  const row = await db.sweepConfiguration.findFirst({
    where: { sweepId: sweep.id, state: 'finished', value: { not: null } },
    orderBy: [{ value: objectiveOf(sweep).goal === 'maximize' ? 'desc' : 'asc' }, { index: 'asc' }],
    include: { members: { orderBy: { position: 'asc' }, select: { trialId: true }, take: 100 } },
  })
  return row === null ? null : { configuration: row.index, value: row.value!, parameters: row.parameters as Configuration, trialIds: row.members.map(({ trialId }) => trialId) }
}
