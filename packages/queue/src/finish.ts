import { GraftError } from '@graft/contracts/errors'
import type { JobResult } from '@graft/contracts/job'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Database, Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { assertAttemptOrEnded } from './assert-attempt.ts'
import { endAttempt } from './end-attempt.ts'
import { changeJobState } from './job-state.ts'
import { dismissHelpers } from './dismiss-helpers.ts'
import { clearNodeFaults } from './node-faults.ts'
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
  await db.$transaction(
    async (tx) => {
      const job = await assertAttemptOrEnded(tx, reference, ({ state }) => state === 'finished')
      if (job === null) return
      if (job.kind !== result.kind) throw new GraftError('invalid_input', `The result is of a ${result.kind}, the job is a ${job.kind}.`, { field: 'result.kind' })
      await recordResult(tx, job, result)
      if (job.kind === 'trial') await dropCheckpoints(tx, job)
      await endAttempt(tx, job, 'finished')
      await clearNodeFaults(tx, reference.workerId)
      await changeJobState(tx, job, 'finished', { error: null })
      await dismissHelpers(tx, [job])
    },
    { timeout: 300_000 }, // 100,000 images
  )
}

function recordResult(tx: Transaction, job: Job, result: JobResult): Promise<void> {
  switch (result.kind) {
    case 'trial':
      return recordTrial(tx, job, result)
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
