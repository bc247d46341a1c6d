import type { QuickCheckView } from '@graft/contracts/views'
import { atOneMoment } from '@graft/db/at-one-moment'
import { z } from 'zod'
import { findVersion } from '../dataset/find-version.ts'
import { userProcedure } from '../trpc.ts'
import { quickCheckInclude, viewQuickCheck } from './view.ts'

/** The newest quick check of each model on a dataset's current version. */
export const latest = userProcedure.input(z.object({ dataset: z.string() })).query(async ({ ctx: { server }, input }): Promise<QuickCheckView[]> => {
  const { id: versionId } = await findVersion(server.db, input.dataset)
  const rows = await atOneMoment(server.db, (tx) => tx.quickCheck.findMany({ where: { versionId }, distinct: ['modelId'], orderBy: { createdAt: 'desc' }, include: quickCheckInclude }))
  return rows.map(viewQuickCheck)
})
