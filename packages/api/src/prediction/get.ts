import { GraftError } from '@graft/contracts/errors'
import { imagePredictionSchema } from '@graft/contracts/job'
import type { PredictionJobView } from '@graft/contracts/views'
import { atOneMoment } from '@graft/db/at-one-moment'
import { z } from 'zod'
import { jobError, jobProgress } from '../job/job-fields.ts'
import { userProcedure } from '../trpc.ts'

/** What a trained model says, once it has. */
export const get = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input }): Promise<PredictionJobView> => {
  const row = await atOneMoment(server.db, (tx) =>
    tx.predictionRequest.findUnique({
      where: { id: input.id },
      include: { job: true, images: { orderBy: { position: 'asc' } }, trial: { include: { model: true, version: { include: { dataset: true } } } } },
    }),
  )
  if (row === null) throw new GraftError('not_found', `There is no prediction ${input.id.slice(0, 40)}.`, { field: 'id' })
  return {
    id: row.id,
    state: row.job.state,
    progress: jobProgress(row.job),
    error: jobError(row.job),
    trialId: row.trialId,
    model: row.trial.model.name,
    dataset: row.trial.version.dataset.name,
    predictions: row.job.state === 'finished' ? row.images.map(({ result }) => imagePredictionSchema.parse(result)) : null,
  }
})
