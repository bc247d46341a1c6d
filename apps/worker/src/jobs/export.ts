import { datasetManifestSchema } from '@graft/contracts/dataset'
import type { ArtifactReference } from '@graft/contracts/job'
import { exportModel } from '@graft/core/export/export-model'
import { readBlobJson } from '../blob-json.ts'
import type { JobRunner } from '../job-context.ts'
import { storeArtifact } from '../store-artifact.ts'
import { obtainTrainedModel } from '../trained-model.ts'

/** Writes a trial's model in the formats asked for, with labels and model card, re-scored on the test images before it is stored. */
export const runExport: JobRunner<'export'> = async (payload, context) => {
  const { blobs, features, graphs, runtime, signal, progress } = context
  progress({ stage: 'loading the model', fraction: null, message: '' })
  const manifest = await readBlobJson(blobs, payload.manifest, datasetManifestSchema, 'dataset manifest', signal)
  const { datasetName, recipe, seed } = payload.trained
  const { files, rescored } = await exportModel({
    runtime,
    graphs,
    trained: await obtainTrainedModel(payload.trained, context),
    manifest,
    datasetName,
    recipe,
    seed,
    summary: payload.summary,
    formats: payload.formats,
    read: (image) => blobs.read(image.sha256, signal),
    features,
    onProgress: progress,
    signal,
  })
  const artifacts: ArtifactReference[] = []
  for (const { kind, name, bytes } of files) artifacts.push(await storeArtifact(blobs, kind, name, bytes, signal))
  return { kind: 'export', artifacts, rescored }
}
