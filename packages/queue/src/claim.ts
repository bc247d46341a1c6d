import { jobPayloadSchema, type JobKind } from '@graft/contracts/job'
import { leaseSeconds, type ClaimedJob } from '@graft/contracts/worker-protocol'
import type { Database } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import type { Notifications } from '@graft/db/notifications'
import { createBell } from './bell.ts'
import { expireLeases } from './expire-leases.ts'
import { tellJobsChanged } from './job-state.ts'

export interface Claim {
  workerId: string
  kinds: readonly JobKind[]
}

/**
 * Gives the worker the next job of its kinds, with a lease and the next attempt number; null when none waits. Any number of
 * workers may claim at once: rows that another is claiming are passed over. What an earlier attempt at a trial left of
 * metrics is deleted, so that one set remains.
 */
export async function claimJob(db: Database, { workerId, kinds }: Claim): Promise<ClaimedJob | null> {
  return db.$transaction(async (tx) => {
    const [job] = await tx.$queryRaw<Pick<Job, 'id' | 'kind' | 'attempt' | 'payload' | 'topic' | 'subjectId' | 'workerId'>[]>`
      UPDATE "Job" SET
        state = 'running', attempt = attempt + 1, "workerId" = ${workerId}, progress = NULL, error = NULL, "endedAt" = NULL,
        "startedAt" = clock_timestamp(), "leaseUntil" = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      WHERE id = (
        SELECT id FROM "Job"
        WHERE state = 'queued' AND kind = ANY(${[...kinds]}::text[]) AND "availableAt" <= clock_timestamp()
        ORDER BY priority DESC, sequence
        FOR UPDATE SKIP LOCKED LIMIT 1)
      RETURNING id, kind, attempt, payload, topic, "subjectId", "workerId"`
    if (job === undefined) return null
    await tx.attempt.create({ data: { jobId: job.id, number: job.attempt, workerId } })
    if (job.kind === 'trial') await tx.epochMetric.deleteMany({ where: { trialId: job.subjectId } })
    await tellJobsChanged(tx, [job])
    return { jobId: job.id, attempt: job.attempt, payload: jobPayloadSchema.parse(job.payload) }
  })
}

/** Jobs that wait for a retry become due without a word from the database: look again at least this often. */
const pollMilliseconds = 2000

/** Claims, and waits up to `waitSeconds` for a job when there is none: the database's notification ends the wait at once. */
export async function claimOrWait(db: Database, notifications: Notifications, claim: Claim & { waitSeconds: number }, signal?: AbortSignal): Promise<ClaimedJob | null> {
  const end = Date.now() + claim.waitSeconds * 1000
  const bell = createBell()
  const unsubscribe = notifications.subscribe({ job: bell.ring, connected: bell.ring })
  signal?.addEventListener('abort', bell.ring)
  try {
    for (;;) {
      if (signal?.aborted) return null
      bell.reset() // before looking: what rings from here on is not missed
      await expireLeases(db)
      const job = await claimJob(db, claim)
      const left = end - Date.now()
      if (job !== null || left <= 0) return job
      await bell.wait(Math.min(left, pollMilliseconds))
    }
  } finally {
    unsubscribe()
    signal?.removeEventListener('abort', bell.ring)
  }
}
