import { GraftError, toErrorReport, type ErrorReport } from '@graft/contracts/errors'
import type { Job } from '@graft/db/generated/client'
import type { StatementRunner } from '@graft/db/statements'
import { endAttempt } from './end-attempt.ts'
import { interruptedState } from './interrupted-state.ts'
import { lostAttemptsAllowed } from './job-rules.ts'
import { changeJobState } from './job-state.ts'

/** An attempt ended by no fault of the job's: its worker vanished, or `fault` of its machine. Queued again, or failed when that happened too often: most likely it kills its workers. */
export async function loseAttempt(tx: StatementRunner, job: Job, fault?: ErrorReport): Promise<void> {
  await endAttempt(tx, job, 'lost', fault)
  const lostAttempts = job.lostAttempts + 1
  if (lostAttempts < lostAttemptsAllowed) return changeJobState(tx, job, interruptedState(job), { lostAttempts, ...(fault === undefined ? {} : { error: fault }) })
  const error = new GraftError('unavailable', `The worker vanished ${lostAttempts} times while it worked on "${job.title}".${fault === undefined ? '' : ` The last one said: ${fault.message}`}`, {
    hint: "Most likely it ran out of memory: see the worker's log, use a smaller batch or a machine with more memory, then retry.",
  })
  return changeJobState(tx, job, 'failed', { lostAttempts, error: toErrorReport(error) })
}
