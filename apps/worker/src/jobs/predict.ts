import { predictImages } from '@graft/core/prediction/predict'
import type { JobRunner } from '../job-context.ts'
import { obtainTrainedModel } from '../trained-model.ts'

/** Classifies uploaded images with a trial's model. */
export const runPredict: JobRunner<'predict'> = async (payload, context) => {
  const { blobs, runtime, signal, progress } = context
  progress({ stage: 'loading the model', fraction: null, message: '' })
  const trained = await obtainTrainedModel(payload.trained, context)
  const predictions = await predictImages({
    runtime,
    trained,
    images: payload.images,
    views: payload.trained.recipe.testTimeAugmentation?.views ?? 1,
    read: (image) => blobs.read(image.sha256, signal),
    onProgress: (done, total) => progress({ stage: 'classifying', fraction: done / total, message: `${done} of ${total}` }),
    signal,
  })
  return { kind: 'predict', predictions }
}
