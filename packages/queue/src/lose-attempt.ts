import { GraftError, toErrorReport, type ErrorReport } from '@graft/contracts/errors'
import type { Job } from '@graft/db/generated/client'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { endAttempt } from './end-attempt.ts'
import { interruptedState } from './interrupted-state.ts'
import { lostAttemptsAllowed } from './job-rules.ts'
import { changeJobState } from './job-state.ts'

/** An attempt ended by no fault of the job's: its worker vanished, or `fault` of its machine. Queued again, or failed when that happened too often: most likely it kills its workers. */
export async function loseAttempt(tx: StatementRunner, job: Job, fault?: ErrorReport): Promise<void> {
  await endAttempt(tx, job, 'lost', fault)
  const lostAttempts = job.lostAttempts + 1
  if (fault === undefined ? lostAttempts < lostAttemptsAllowed : await isMachinesFault(tx, job, lostAttempts)) return changeJobState(tx, job, interruptedState(job), { lostAttempts, ...(fault === undefined ? {} : { error: fault }) })
  const error = new GraftError('unavailable', `The worker vanished ${lostAttempts} times while it worked on "${job.title}".${fault === undefined ? '' : ` The last one said: ${fault.message}`}`, {
    hint: "Most likely it ran out of memory: see the worker's log, use a smaller batch or a machine with more memory, then retry.",
  })
  return changeJobState(tx, job, 'failed', { lostAttempts, error: toErrorReport(error) })
}

const countMachines: Statement = { name: 'count-machines', text: `SELECT count(DISTINCT "workerId")::int AS machines FROM "Attempt" WHERE "jobId" = $1 AND state = 'lost'` }

/** One machine that fails three times in a row goes into quarantine, and is no reason to give the job up: three machines are, or six faults. */
async function isMachinesFault(tx: StatementRunner, job: Job, lostAttempts: number): Promise<boolean> {
  if (lostAttempts < lostAttemptsAllowed) return true
  const [row] = await tx.rows<{ machines: number }>(countMachines, [job.id])
  return row!.machines < lostAttemptsAllowed && lostAttempts < 2 * lostAttemptsAllowed
}
