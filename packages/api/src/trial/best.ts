import type { TrainedModelItem } from '@graft/contracts/views'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findBestTrial } from './find-best.ts'
import { toTrainedModelItem } from './trial-rows.ts'

/** The trained model to take unless another is named; null while there is none. */
export const best = userProcedure.input(z.object({ dataset: z.string().optional() })).query(async ({ ctx: { server }, input }): Promise<TrainedModelItem | null> => {
  const row = await findBestTrial(server.db, input.dataset)
  return row === null ? null : toTrainedModelItem(row)
})
