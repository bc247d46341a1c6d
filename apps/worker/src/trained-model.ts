import type { TrainedModelReference } from '@graft/contracts/job'
import type { TrainedModel } from '@graft/core/prediction/trained-model'
import type { JobContext } from './job-context.ts'
import { obtainWeights } from './obtain-weights.ts'

/** A trial's model with all that it needs on this machine: the trunk's weight file and the trained weights. */
export async function obtainTrainedModel(reference: TrainedModelReference, context: JobContext): Promise<TrainedModel> {
  return {
    model: reference.model,
    weightFile: await obtainWeights(reference, context),
    classes: reference.classes,
    trainedWeights: await context.blobs.read(reference.trainedWeights, context.signal),
  }
}
