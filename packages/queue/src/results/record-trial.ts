import { GraftError } from '@graft/contracts/errors'
import type { JobResult } from '@graft/contracts/job'
import type { Prediction } from '@graft/contracts/trial'
import type { Job } from '@graft/db/generated/client'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { inBatches } from './in-batches.ts'
import { recordArtifacts } from './record-artifacts.ts'
import { recordWeights } from './record-weights.ts'

interface TrialRow {
  id: string
  versionId: string
  modelId: string
  testCount: number
  validationCount: number
}

const readTrial: Statement = {
  name: 'read-trial-to-finish',
  text: `
    SELECT trial.id, trial."versionId", trial."modelId", version."testCount", version."validationCount"
    FROM "Trial" trial JOIN "DatasetVersion" version ON version.id = trial."versionId" WHERE trial.id = $1`,
}
const writeTrial: Statement = {
  name: 'write-trial',
  text: `UPDATE "Trial" SET summary = $2::jsonb, "testAccuracy" = $3, seconds = $4, "weightsSha256" = coalesce($5, "weightsSha256") WHERE id = $1`,
}

/**
 * Summary, predictions and artifacts of a trial, and the weights it started from where they were not known before. A trial has no
 * predictions before: it finishes once.
 */
export async function recordTrial(tx: StatementRunner, job: Job, result: JobResult & { kind: 'trial' }): Promise<void> {
  const [trial] = await tx.rows<TrialRow>(readTrial, [job.subjectId])
  if (trial === undefined) throw new GraftError('not_found', `The trial of “${job.title}” is not there any more.`)
  requireAllAnswers(trial, result.predictions)
  if (result.weights !== null) await recordWeights(tx, trial.modelId, result.weights)
  await tx.run(writeTrial, [trial.id, JSON.stringify(result.summary), result.summary.test.accuracy, result.summary.timings.total, result.weights?.sha256 ?? null])
  for (const batch of inBatches(result.predictions)) await insertPredictions(tx, trial, batch)
  await recordArtifacts(tx, trial.id, result.artifacts)
}

/** The leaderboard compares image by image: every validation and test image needs its answer. */
function requireAllAnswers({ testCount, validationCount }: TrialRow, predictions: readonly Prediction[]): void {
  for (const [split, wanted] of [['test', testCount], ['validation', validationCount]] as const) {
    const found = predictions.filter((prediction) => prediction.split === split).length
    if (found !== wanted) throw new GraftError('invalid_input', `The result has ${found} predictions of the ${wanted} ${split} images.`, { field: 'result.predictions' })
  }
}

const insert: Statement = {
  name: 'insert-predictions',
  text: `
    WITH inserted AS (
      INSERT INTO "Prediction" ("trialId", position, split, label, predicted, probability, "labelProbability", correct)
      SELECT $1, image.position, given.split::"Split", image."classIndex", given.predicted, given.probability, given."labelProbability", given.predicted = image."classIndex"
      FROM jsonb_to_recordset($3::jsonb)
        AS given(path text, split text, label int, predicted int, probability double precision, "labelProbability" double precision)
      -- By path, whatever the planner believes of a table that was filled a moment ago: the fence (LIMIT) keeps it to the unique index.
      CROSS JOIN LATERAL (SELECT * FROM "DatasetImage" WHERE "versionId" = $2 AND path = given.path LIMIT 1) image
      WHERE image.split = given.split::"Split" AND image."classIndex" = given.label
      RETURNING 1)
    SELECT count(*)::int AS count FROM inserted`,
}

async function insertPredictions(tx: StatementRunner, { id, versionId }: TrialRow, batch: readonly Prediction[]): Promise<void> {
  const [inserted] = await tx.rows<{ count: number }>(insert, [id, versionId, JSON.stringify(batch)])
  const unknown = batch.length - inserted!.count
  if (unknown > 0) throw new GraftError('invalid_input', `${unknown} predictions name an image, split or class that the dataset version does not have.`, { field: 'result.predictions' })
}
