import { datasetManifestSchema } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import { assistExtraction } from '@graft/core/features/assist-extraction'
import { planExtraction } from '@graft/core/trial/plan-trial'
import { featureSpace, loadTrunk, requireWeightFile } from '@graft/core/trial/trunk'
import { featureSpaceKey } from '@graft/storage/feature-cache'
import { readBlobJson } from '../blob-json.ts'
import type { JobRunner } from '../job-context.ts'
import { obtainWeights } from '../obtain-weights.ts'
import { imageReader } from '../read-image.ts'

/** After so long it gives its lane back: a trial may have been queued meanwhile. Where shards are left, the server queues another such job. */
const turnSeconds = 30

/** Takes shards of a trial's extraction of features, which the trial's worker then fetches. */
export const runExtraction: JobRunner<'extraction'> = async (payload, context) => {
  const { blobs, features, runtime, signal, progress } = context
  const { model, datasetName, extraction } = payload
  progress({ stage: 'preparing', fraction: null, message: '' })
  const manifest = await readBlobJson(blobs, payload.manifest, datasetManifestSchema, 'dataset manifest', signal)
  const weightFile = requireWeightFile(model, await obtainWeights(payload, context))
  const space = { ...featureSpace(model, weightFile, extraction.layer, extraction.pooling), ...(extraction.view && { view: extraction.view }) }
  if (featureSpaceKey(space) !== extraction.space) {
    throw new GraftError('conflict', 'This worker would compute other features than the one that asked: its weights or its engine differ.', { hint: 'Run one version of Graft on all workers.' })
  }
  const images = manifest.images.filter(({ split }) => extraction.splits.includes(split))
  await context.admit(planExtraction(model, weightFile.info, extraction.layer))
  const done = await assistExtraction({
    runtime,
    space,
    loadTrunk: () => loadTrunk(model, weightFile, extraction.layer, signal),
    images,
    shards: extraction.shards,
    read: imageReader(blobs, datasetName, signal),
    store: features,
    seconds: turnSeconds,
    onProgress: (count) => progress({ stage: 'features', fraction: null, message: `${count.toLocaleString('en-US')} images of ${datasetName} for a trial of another worker` }),
    signal,
  })
  return { kind: 'extraction', ...done }
}
