import { GraftError } from '@graft/contracts/errors'
import type { QuickCheckView } from '@graft/contracts/views'
import { atOneMoment } from '@graft/db/at-one-moment'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { quickCheckInclude, viewQuickCheck } from './view.ts'

export const get = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input }): Promise<QuickCheckView> => {
  const row = await atOneMoment(server.db, (tx) => tx.quickCheck.findUnique({ where: { id: input.id }, include: quickCheckInclude }))
  if (row === null) throw new GraftError('not_found', `There is no quick check ${input.id.slice(0, 40)}.`, { field: 'id' })
  return viewQuickCheck(row)
})
