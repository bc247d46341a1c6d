import type { JobProgress } from '@graft/contracts/job'
import { leaseSeconds, type AttemptOrder, type AttemptReference, type RenewOutput } from '@graft/contracts/worker-protocol'
import { toJson, type Database } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { notifyChange } from '@graft/db/notifications'
import { assertAttempt } from './assert-attempt.ts'
import type { JobTopic } from './enqueue.ts'

/** What a running job's attempt is to do. */
export const orderOf = ({ order }: Pick<Job, 'order'>): AttemptOrder => (order === 'pause' || order === 'prune' ? order : 'continue')

/**
 * Holds the lease for another `leaseSeconds` and records the progress. Answers what the attempt is to do: `cancel` where its job was
 * cancelled under it.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function renewLease(db: Database, reference: AttemptReference, progress: JobProgress): Promise<RenewOutput> {
  return db.$transaction(async (tx) => {
    const cancelled = await tx.attempt.count({
      where: { jobId: reference.jobId, number: reference.attempt, workerId: reference.workerId, state: 'cancelled', job: { state: 'cancelled' } },
    })
    await tx.$executeRaw`UPDATE "Worker" SET "heartbeatAt" = clock_timestamp(), "leftAt" = NULL WHERE id = ${reference.workerId}`
    if (cancelled > 0) return { order: 'cancel' }
    const job = await assertAttempt(tx, reference)
    await tx.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() + make_interval(secs => ${leaseSeconds}) WHERE id = ${job.id}`
    await tx.job.update({ where: { id: job.id }, data: { progress: toJson(progress) } })
    await notifyChange(tx, { topic: 'job', id: job.id }, { topic: job.topic as JobTopic, id: job.subjectId })
    return { order: orderOf(job) }
  })
}
