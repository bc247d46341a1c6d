import { GraftError } from '@graft/contracts/errors'
import { recipeSchema } from '@graft/contracts/recipe'
import type { SweepView } from '@graft/contracts/views'
import { atOneMoment } from '@graft/db/at-one-moment'
import { z } from 'zod'
import { toTrialListItem, trialInclude } from '../trial/trial-rows.ts'
import { userProcedure } from '../trpc.ts'
import { summarizeSweeps } from './view.ts'

/** One sweep with its trials, in their order in the queue. */
export const get = userProcedure.input(z.object({ id: z.string() })).query(({ ctx: { server }, input }): Promise<SweepView> =>
  atOneMoment(server.db, async (tx) => {
    const sweep = await tx.sweep.findUnique({ where: { id: input.id } })
    if (sweep === null) throw new GraftError('not_found', `There is no sweep ${input.id.slice(0, 40)}.`, { field: 'id' })
    const [summary] = await summarizeSweeps(tx, [sweep])
    const members = await tx.sweepTrial.findMany({ where: { sweepId: sweep.id }, orderBy: { position: 'asc' }, include: { trial: { include: trialInclude } } })
    const { recipeName: _recipeName, ...rest } = summary!
    return { ...rest, recipe: recipeSchema.parse(sweep.recipe), trials: members.map(({ trial }) => toTrialListItem(trial)) }
  }),
)
