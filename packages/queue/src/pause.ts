import type { ErrorReport } from '@graft/contracts/errors'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Database, Transaction } from '@graft/db/client'
import { inPrisma } from '@graft/db/in-prisma'
import { assertAttemptOrEnded } from './assert-attempt.ts'
import { dismissHelpers } from './dismiss-helpers.ts'
import { endAttempt } from './end-attempt.ts'
import { changeJobState, changeJobStates, lockJobs } from './job-state.ts'
import { orderAttempts } from './order-attempts.ts'

/**
 * Pauses those of the jobs that wait or run; the rest stay as they are. One that waits is not claimed any more. One that runs is
 * told to leave a checkpoint and stop: it is `paused` once its worker has done so (or vanished).
 *
 * @returns how many are or will be paused by this.
 */
export async function pauseJobs(tx: Transaction, ids: readonly string[]): Promise<number> {
  const jobs = await lockJobs(inPrisma(tx), ids)
  const queued = jobs.filter(({ state }) => state === 'queued')
  await changeJobStates(inPrisma(tx), queued, 'paused')
  await dismissHelpers(inPrisma(tx), jobs)
  return queued.length + (await orderAttempts(tx, jobs, 'pause'))
}

/**
 * Queues paused jobs again: those of `ids` that are paused, or about to be (they just go on).
 *
 * @returns how many.
 */
export async function resumeJobs(tx: Transaction, ids: readonly string[]): Promise<number> {
  const jobs = await lockJobs(inPrisma(tx), ids)
  const paused = jobs.filter(({ state }) => state === 'paused')
  await changeJobStates(inPrisma(tx), paused, 'queued', { error: null })
  const pausing = jobs.filter(({ state, order }) => state === 'running' && order === 'pause')
  await tx.job.updateMany({ where: { id: { in: pausing.map(({ id }) => id) } }, data: { order: null } })
  return paused.length + pausing.length
}

/**
 * Ends an attempt at its last checkpoint: `reason` says why where nobody asked for it (the worker's disk is full). The job waits
 * until it is resumed.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function pauseAttempt(db: Database, reference: AttemptReference, reason: ErrorReport | null): Promise<void> {
  await db.statements.transaction(async (tx) => {
    const job = await assertAttemptOrEnded(tx, reference, ({ state }) => state === 'paused')
    if (job === null) return
    await endAttempt(tx, job, 'paused', reason ?? undefined)
    await changeJobState(tx, job, 'paused', { error: reason })
  })
}
