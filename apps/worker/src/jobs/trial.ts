import { datasetManifestSchema, type DatasetManifest } from '@graft/contracts/dataset'
import type { JobPayload } from '@graft/contracts/job'
import { planTrial } from '@graft/core/trial/plan-trial'
import { runTrial } from '@graft/core/trial/run-trial'
import { inviting } from '../inviting-features.ts'
import { createBlobCheckpoints } from '../blob-checkpoints.ts'
import { readBlobJson } from '../blob-json.ts'
import type { JobRunner } from '../job-context.ts'
import { obtainWeights } from '../obtain-weights.ts'
import { imageReader } from '../read-image.ts'
import { watchPeakMemory } from '../peak-memory.ts'
import { storeArtifact } from '../store-artifact.ts'

/** Trains and scores one trial, from the last checkpoint of an attempt before where there is one; stores the trained weights and the predictions. */
export const runTrialJob: JobRunner<'trial'> = async (payload, context) => {
  const { blobs, features, runtime, signal } = context
  context.progress({ stage: 'preparing', fraction: null, message: '' })
  const manifest = await readBlobJson(blobs, payload.manifest, datasetManifestSchema, 'dataset manifest', signal)
  const weightFile = await obtainWeights(payload, context)
  const { microbatchLimit } = payload
  // A pretrained model's planner tells; a network from scratch takes the batch as it is.
  if (!payload.model.pretrained) context.microbatch(Math.min(payload.recipe.phases[0]!.batchSize, microbatchLimit ?? Infinity))
  const memoryBudget = await context.admit(memoryOf(payload, manifest))
  const memory = watchPeakMemory()
  const result = await runTrial({
    runtime,
    model: payload.model,
    weightFile,
    manifest,
    recipe: payload.recipe,
    seed: payload.seed,
    read: imageReader(blobs, payload.datasetName, signal),
    features: weightFile === null ? features : inviting(features, manifest, context.invite),
    ...(microbatchLimit !== undefined && { microbatchLimit }),
    memoryBudget,
    ...(context.checkpointSeconds !== undefined && { checkpointSeconds: context.checkpointSeconds }),
    onProgress: context.progress,
    onMetrics: (points) => context.metrics(points),
    onPlan({ words, microbatchSize }) {
      context.log(words)
      context.microbatch(microbatchSize)
    },
    checkpoints: createBlobCheckpoints(blobs, payload.checkpoints ?? [], (sha256) => context.checkpoint(sha256)),
    stopAtCheckpoint: context.stopAtCheckpoint,
    signal,
  }).finally(memory.stop)
  if (result.summary.features.problem !== undefined) context.log(result.summary.features.problem)
  context.progress({ stage: 'storing', fraction: null, message: '' })
  const artifacts = [
    await storeArtifact(blobs, 'weights', 'weights.safetensors', result.trainedWeights, signal),
    await storeArtifact(blobs, 'predictions-csv', 'predictions.csv', Buffer.from(result.predictionsCsv), signal),
  ]
  return { kind: 'trial', summary: { ...result.summary, peakMemoryBytes: memory.peak() }, predictions: result.predictions, artifacts, weights: weightFile?.info ?? null }
}

/** What the engine's planner says that the recipe takes as it is written: with less, the planner of fine-tuning makes do by smaller microbatches. */
function memoryOf({ model, weights, recipe }: Extract<JobPayload, { kind: 'trial' }>, { images: all, classes }: DatasetManifest): number {
  const images = { train: 0, validation: 0, test: 0 }
  for (const { split } of all) images[split] += 1
  return planTrial({ model, weights, recipe, images, classes: classes.length, memoryBudget: Number.MAX_SAFE_INTEGER }).memoryBytes
}
