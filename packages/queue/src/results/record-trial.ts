import { GraftError } from '@graft/contracts/errors'
import type { JobResult } from '@graft/contracts/job'
import type { Prediction } from '@graft/contracts/trial'
import { toJson, type Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { notifyChange } from '@graft/db/notifications'
import { inBatches } from './in-batches.ts'
import { recordArtifacts } from './record-artifacts.ts'
import { recordWeights } from './record-weights.ts'

/** Summary, predictions and artifacts of a trial, and the weights it started from where they were not known before. */
export async function recordTrial(tx: Transaction, job: Job, result: JobResult & { kind: 'trial' }): Promise<void> {
  const trial = await tx.trial.findUniqueOrThrow({ where: { id: job.subjectId } })
  await requireAllAnswers(tx, trial.versionId, result.predictions)
  if (result.weights !== null) await recordWeights(tx, trial.modelId, result.weights)
  await tx.trial.update({
    where: { id: trial.id },
    data: {
      summary: toJson(result.summary),
      testAccuracy: result.summary.test.accuracy,
      seconds: result.summary.timings.total,
      ...(result.weights === null ? {} : { weightsSha256: result.weights.sha256 }),
    },
  })
  await tx.prediction.deleteMany({ where: { trialId: trial.id } })
  for (const batch of inBatches(result.predictions)) await insertPredictions(tx, trial.id, trial.versionId, batch)
  await recordArtifacts(tx, trial.id, result.artifacts)
  await notifyChange(tx, { topic: 'trial', id: trial.id })
}

/** The leaderboard compares image by image: every validation and test image needs its answer. */
async function requireAllAnswers(tx: Transaction, versionId: string, predictions: readonly Prediction[]): Promise<void> {
  const { testCount, validationCount } = await tx.datasetVersion.findUniqueOrThrow({ where: { id: versionId } })
  for (const [split, wanted] of [['test', testCount], ['validation', validationCount]] as const) {
    const found = predictions.filter((prediction) => prediction.split === split).length
    if (found !== wanted) throw new GraftError('invalid_input', `The result has ${found} predictions of the ${wanted} ${split} images.`, { field: 'result.predictions' })
  }
}

async function insertPredictions(tx: Transaction, trialId: string, versionId: string, batch: readonly Prediction[]): Promise<void> {
  const inserted = await tx.$executeRaw`
    INSERT INTO "Prediction" ("trialId", position, split, label, predicted, probability, "labelProbability", correct)
    SELECT ${trialId}, image.position, given.split::"Split", image."classIndex", given.predicted, given.probability, given."labelProbability", given.predicted = image."classIndex"
    FROM jsonb_to_recordset(${JSON.stringify(batch)}::jsonb)
      AS given(path text, split text, label int, predicted int, probability double precision, "labelProbability" double precision)
    -- By path, whatever the planner believes of a table that was filled a moment ago: the fence (LIMIT) keeps it to the unique index.
    CROSS JOIN LATERAL (SELECT * FROM "DatasetImage" WHERE "versionId" = ${versionId} AND path = given.path LIMIT 1) image
    WHERE image.split = given.split::"Split" AND image."classIndex" = given.label`
  if (inserted === batch.length) return
  throw new GraftError('invalid_input', `${batch.length - inserted} predictions name an image, split or class that the dataset version does not have.`, { field: 'result.predictions' })
}
