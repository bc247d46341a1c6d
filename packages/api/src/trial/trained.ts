import type { TrainedModelItem } from '@graft/contracts/views'
import { userProcedure } from '../trpc.ts'
import { toTrainedModelItem, trainedWhere, trialInclude } from './trial-rows.ts'

const listed = 500

/** Trained models to try an image with: by dataset, best first. */
export const trained = userProcedure.query(async ({ ctx: { server } }): Promise<TrainedModelItem[]> => {
  const rows = await server.db.trial.findMany({
    where: trainedWhere,
    include: trialInclude,
    orderBy: [{ version: { dataset: { name: 'asc' } } }, { testAccuracy: 'desc' }, { createdAt: 'asc' }],
    take: listed,
  })
  return rows.map(toTrainedModelItem)
})
