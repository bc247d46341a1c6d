import type { JobProgress } from '@graft/contracts/job'
import { leaseSeconds, type AttemptOrder, type AttemptReference, type RenewOutput } from '@graft/contracts/worker-protocol'
import type { ChangeTeller } from '@graft/db/change-teller'
import type { Database } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import type { Statement } from '@graft/db/statements'
import { heldBy, heldJob, staleAttempt, wasCancelled } from './assert-attempt.ts'
import type { JobTopic } from './enqueue.ts'

/** What a running job's attempt is to do. */
export const orderOf = ({ order }: Pick<Job, 'order'>): AttemptOrder => (order === 'pause' || order === 'prune' ? order : 'continue')

const renew: Statement = {
  name: 'renew-lease',
  text: `
    WITH held AS (${heldJob}),
      heard AS (UPDATE "Worker" SET "heartbeatAt" = clock_timestamp(), "leftAt" = NULL WHERE id = $3)
    UPDATE "Job" SET "leaseUntil" = clock_timestamp() + make_interval(secs => $4), progress = $5::jsonb
    FROM held WHERE "Job".id = held.id
    RETURNING held."order", held.topic, held."subjectId"`,
}

/**
 * Holds the lease for another `leaseSeconds` and records the progress. Answers what the attempt is to do: `cancel` where its job was
 * cancelled under it.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function renewLease({ statements }: Database, teller: ChangeTeller, reference: AttemptReference, progress: JobProgress): Promise<RenewOutput> {
  const [job] = await statements.rows<Pick<Job, 'order' | 'topic' | 'subjectId'>>(renew, [...heldBy(reference), leaseSeconds, JSON.stringify(progress)])
  if (job !== undefined) {
    teller.tell({ topic: 'job', id: reference.jobId }, { topic: job.topic as JobTopic, id: job.subjectId })
    return { order: orderOf(job) }
  }
  if (await wasCancelled(statements, reference)) return { order: 'cancel' }
  throw await staleAttempt(statements, reference)
}
