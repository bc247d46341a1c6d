import { randomUUID } from 'node:crypto'
import { GraftError } from '@graft/contracts/errors'
import { uploadedFileSchema } from '@graft/contracts/job'
import { enqueue } from '@graft/queue/enqueue'
import { z } from 'zod'
import { holdUploads } from '../import/hold-uploads.ts'
import { requireBlob } from '../require-blob.ts'
import { findBestTrial } from '../trial/find-best.ts'
import { findFinishedTrial, toTrainedModel } from '../trial/trial-rows.ts'
import { userProcedure } from '../trpc.ts'

const input = z.object({
  /** Null: the best trained model of the dataset, or of all. */
  trialId: z.string().nullable(),
  dataset: z.string().optional(),
  images: z.array(uploadedFileSchema).min(1, 'Choose at least one image.').max(64, 'At most 64 images at once.'),
})

/** Asks a trained model what is in images that were uploaded before. */
export const create = userProcedure.input(input).mutation(async ({ ctx: { server, caller }, input: { trialId, dataset, images } }): Promise<{ id: string }> => {
  return server.db.$transaction(async (tx) => {
    await holdUploads(tx) // what is here now stays
    for (const [index, image] of images.entries()) await requireBlob(server.blobs, image, `images.${index}`)
    const trial = trialId === null ? await findBestTrial(tx, dataset) : await findFinishedTrial(tx, trialId, 'trialId')
    if (trial === null) throw new GraftError('conflict', dataset === undefined ? 'No model is trained yet.' : `No model is trained on “${dataset}” yet.`, { hint: 'Launch a sweep first.', field: 'trialId' })
    const id = randomUUID()
    const jobId = randomUUID()
    const title = `${images.length === 1 ? 'One image' : `${images.length} images`} for ${trial.job.title}`
    await enqueue(tx, [{ personId: caller.personId, id: jobId, title, topic: 'job', subjectId: id, payload: { kind: 'predict', trained: await toTrainedModel(tx, trial), images } }])
    await tx.predictionRequest.create({ data: { id, trialId: trial.id, jobId, images: { create: images.map((image, position) => ({ ...image, position })) } } })
    return { id }
  })
})
