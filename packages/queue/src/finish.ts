import { GraftError } from '@graft/contracts/errors'
import type { JobResult } from '@graft/contracts/job'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Database, Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { inPrisma } from '@graft/db/in-prisma'
import type { StatementRunner } from '@graft/db/statements'
import { assertAttemptOrEnded } from './assert-attempt.ts'
import { endAttempt } from './end-attempt.ts'
import { changeJobState } from './job-state.ts'
import { dismissHelpers } from './dismiss-helpers.ts'
import { dropCheckpoints } from './record-checkpoint.ts'
import { recordAugmentationPreview } from './results/record-augmentation-preview.ts'
import { recordExtraction } from './results/record-extraction.ts'
import { recordExport } from './results/record-export.ts'
import { recordImport } from './results/record-import.ts'
import { recordPlan } from './results/record-plan.ts'
import { recordPredictions } from './results/record-predictions.ts'
import { recordQuickCheck } from './results/record-quick-check.ts'
import { recordTrial } from './results/record-trial.ts'

/**
 * Writes a job's result and the state `finished` in one transaction: either all of a result is there, or none of it.
 *
 * @throws GraftError `stale_attempt`; `invalid_input` when the result is not of the job's kind or does not fit its dataset.
 */
export async function finishJob(db: Database, reference: AttemptReference, result: JobResult): Promise<void> {
  if (result.kind === 'trial') return db.statements.transaction((tx) => finishIn(tx, reference, result, (job) => recordTrial(tx, job, result)))
  await db.$transaction((tx) => finishIn(inPrisma(tx), reference, result, (job) => recordResult(tx, job, result)), { timeout: 300_000 }) // 100,000 images
}

async function finishIn(tx: StatementRunner, reference: AttemptReference, { kind }: JobResult, record: (job: Job) => Promise<void>): Promise<void> {
  const job = await assertAttemptOrEnded(tx, reference, ({ state }) => state === 'finished')
  if (job === null) return
  if (job.kind !== kind) throw new GraftError('invalid_input', `The result is of a ${kind}, the job is a ${job.kind}.`, { field: 'result.kind' })
  await record(job)
  await dropCheckpoints(tx, job)
  await endAttempt(tx, job, 'finished')
  await changeJobState(tx, job, 'finished', { error: null })
  await dismissHelpers(tx, [job])
}

function recordResult(tx: Transaction, job: Job, result: Exclude<JobResult, { kind: 'trial' }>): Promise<void> {
  switch (result.kind) {
    case 'import':
      return recordImport(tx, job, result)
    case 'quick-check':
      return recordQuickCheck(tx, job, result)
    case 'augmentation-preview':
      return recordAugmentationPreview(tx, job, result)
    case 'predict':
      return recordPredictions(tx, job, result)
    case 'export':
      return recordExport(tx, job, result)
    case 'plan':
      return recordPlan(tx, job, result)
    case 'extraction':
      return recordExtraction(tx, job, result)
  }
}
