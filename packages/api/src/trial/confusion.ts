import { splitSchema } from '@graft/contracts/dataset'
import type { ConfusionMatrix } from '@graft/contracts/views'
import { confusionMatrix } from '@graft/statistics/confusion-matrix'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findTrial } from './trial-rows.ts'

/** How often each class was taken for each other one; counted by the database. */
export const confusion = userProcedure.input(z.object({ id: z.string(), split: splitSchema })).query(async ({ ctx: { server }, input }): Promise<ConfusionMatrix> => {
  const { version } = await findTrial(server.db, input.id)
  const groups = await server.db.prediction.groupBy({ by: ['label', 'predicted'], where: { trialId: input.id, split: input.split }, _count: true })
  return { classes: version.classes, counts: confusionMatrix(version.classes.length, groups.map(({ label, predicted, _count }) => ({ label, predicted, count: _count }))) }
})
