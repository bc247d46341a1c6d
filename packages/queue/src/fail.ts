import type { ErrorReport } from '@graft/contracts/errors'
import type { JobKind } from '@graft/contracts/job'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Database } from '@graft/db/client'
import { assertAttempt } from './assert-attempt.ts'
import { endAttempt } from './end-attempt.ts'
import { jobRules } from './job-rules.ts'
import { changeJobState } from './job-state.ts'

/**
 * Ends an attempt with an error. The job is queued again where that may help and its kind's rule allows another go, else it fails.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function failAttempt(db: Database, reference: AttemptReference, error: ErrorReport, retryable: boolean): Promise<void> {
  await db.$transaction(async (tx) => {
    const job = await assertAttempt(tx, reference)
    await endAttempt(tx, job, 'failed', error)
    const rule = jobRules[job.kind as JobKind]
    const failedAttempts = job.failedAttempts + 1
    if (retryable && failedAttempts < rule.failures) {
      return changeJobState(tx, job, 'queued', { failedAttempts, error, delaySeconds: rule.retryDelaySeconds * 2 ** (failedAttempts - 1) })
    }
    return changeJobState(tx, job, 'failed', { failedAttempts, error })
  })
}
