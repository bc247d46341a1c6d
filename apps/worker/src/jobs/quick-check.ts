import { datasetManifestSchema } from '@graft/contracts/dataset'
import { quickCheck } from '@graft/core/prediction/quick-check'
import { readBlobJson } from '../blob-json.ts'
import type { JobRunner } from '../job-context.ts'
import { obtainWeights } from '../obtain-weights.ts'

/** Shows one sample a class to the model's own ImageNet classifier. */
export const runQuickCheck: JobRunner<'quick-check'> = async (payload, context) => {
  const { blobs, runtime, signal, progress } = context
  const manifest = await readBlobJson(blobs, payload.manifest, datasetManifestSchema, 'dataset manifest', signal)
  const weightFile = await obtainWeights(payload, context, true)
  progress({ stage: 'looking at samples', fraction: 0, message: '' })
  const samples = await quickCheck({
    runtime,
    model: payload.model,
    weightFile,
    manifest,
    read: (image) => blobs.read(image.sha256, signal),
    onProgress: (done, total) => progress({ stage: 'looking at samples', fraction: done / total, message: `${done} of ${total}` }),
    signal,
  })
  return { kind: 'quick-check', samples }
}
