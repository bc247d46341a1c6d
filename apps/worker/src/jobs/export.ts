import { datasetManifestSchema } from '@graft/contracts/dataset'
import { exportModel } from '@graft/core/export/export-model'
import { readBlobJson } from '../blob-json.ts'
import type { JobRunner } from '../job-context.ts'
import { storeArtifact } from '../store-artifact.ts'
import { obtainTrainedModel } from '../trained-model.ts'

/** Writes a trial's model as ONNX with labels and model card, re-scored on the test images before it is stored. */
export const runExport: JobRunner<'export'> = async (payload, context) => {
  const { blobs, features, runtime, signal, progress } = context
  progress({ stage: 'loading the model', fraction: null, message: '' })
  const manifest = await readBlobJson(blobs, payload.manifest, datasetManifestSchema, 'dataset manifest', signal)
  const { datasetName, recipe, seed } = payload.trained
  const { onnx, labels, modelCard, rescored } = await exportModel({
    runtime,
    trained: await obtainTrainedModel(payload.trained, context),
    manifest,
    datasetName,
    recipe,
    seed,
    summary: payload.summary,
    read: (image) => blobs.read(image.sha256, signal),
    features,
    onProgress: progress,
    signal,
  })
  const artifacts = [
    await storeArtifact(blobs, 'onnx', 'model.onnx', onnx, signal),
    await storeArtifact(blobs, 'labels', 'labels.txt', Buffer.from(labels), signal),
    await storeArtifact(blobs, 'model-card', 'model-card.md', Buffer.from(modelCard), signal),
  ]
  return { kind: 'export', artifacts, rescored }
}
