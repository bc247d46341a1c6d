import { GraftError } from '@graft/contracts/errors'
import type { AugmentationPreviewView } from '@graft/contracts/views'
import { atOneMoment } from '@graft/db/at-one-moment'
import { z } from 'zod'
import { jobError, jobProgress } from '../job/job-fields.ts'
import { userProcedure } from '../trpc.ts'

/** What an augmentation makes of a dataset's training images, once a worker has made it. */
export const get = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input }): Promise<AugmentationPreviewView> => {
  const row = await atOneMoment(server.db, (tx) =>
    tx.augmentationPreview.findUnique({ where: { id: input.id }, include: { job: true, images: { orderBy: { position: 'asc' } }, version: { include: { dataset: true } } } }),
  )
  if (row === null) throw new GraftError('not_found', `There is no augmentation preview ${input.id.slice(0, 40)}.`, { field: 'id' })
  return {
    id: row.id,
    state: row.job.state,
    progress: jobProgress(row.job),
    error: jobError(row.job),
    dataset: row.version.dataset.name,
    classes: row.version.classes,
    images: row.job.state === 'finished' ? row.images.map(({ path, classIndex, sourceSha256, sha256 }) => ({ path, classIndex, sourceSha256, sha256 })) : null,
  }
})
