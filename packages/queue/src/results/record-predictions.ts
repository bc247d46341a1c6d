import { GraftError } from '@graft/contracts/errors'
import type { JobResult } from '@graft/contracts/job'
import { toJson, type Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'

/** What a trained model says of each image of a request, in the request's order. */
export async function recordPredictions(tx: Transaction, job: Job, result: JobResult & { kind: 'predict' }): Promise<void> {
  const images = await tx.predictionImage.findMany({ where: { requestId: job.subjectId }, orderBy: { position: 'asc' } })
  if (images.length !== result.predictions.length || images.some((image, index) => image.sha256 !== result.predictions[index]?.sha256)) {
    throw new GraftError('invalid_input', 'The predictions are not those of the images asked about, in their order.', { field: 'result.predictions' })
  }
  for (const [position, prediction] of result.predictions.entries()) {
    await tx.predictionImage.update({ where: { requestId_position: { requestId: job.subjectId, position } }, data: { result: toJson(prediction) } })
  }
}
