import { jobPayloadSchema, type JobKind } from '@graft/contracts/job'
import { leaseSeconds, type ClaimedJob, type ClaimOutput } from '@graft/contracts/worker-protocol'
import type { Database, Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import type { Notifications } from '@graft/db/notifications'
import { createBell } from './bell.ts'
import { expireLeases } from './expire-leases.ts'
import { tellJobsChanged } from './job-state.ts'
import { findWorker, standingOf } from './worker-standing.ts'

export interface Claim {
  workerId: string
  /** Names this request: sent again, it gets the same attempt again. */
  claimId: string
  kinds: readonly JobKind[]
}

/**
 * Gives the worker the next job of its kinds that it meets the requirements of, with a lease and the next attempt number; null when
 * none waits, or the worker is to take none. Any number of workers may claim at once: rows that another is claiming are passed
 * over. What an earlier attempt at a trial left of metrics is deleted, so that one set remains.
 *
 * @throws GraftError `not_found` for an unknown worker.
 */
export async function claimJob(db: Database, { workerId, claimId, kinds }: Claim): Promise<ClaimOutput> {
  return db.$transaction(async (tx) => {
    const worker = await findWorker(tx, workerId)
    const standing = standingOf(worker)
    const again = await claimedBefore(tx, workerId, claimId)
    if (again !== null) return { ...standing, job: again }
    if (standing.mode !== 'ready') return { ...standing, job: null }
    const [job] = await tx.$queryRaw<Pick<Job, 'id' | 'kind' | 'attempt' | 'payload' | 'topic' | 'subjectId' | 'workerId'>[]>`
      UPDATE "Job" SET
        state = 'running', attempt = attempt + 1, "workerId" = ${workerId}, progress = NULL, error = NULL, "endedAt" = NULL,
        "startedAt" = clock_timestamp(), "leaseUntil" = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      WHERE id = (
        SELECT id FROM "Job"
        WHERE state = 'queued' AND kind = ANY(${[...kinds]}::text[]) AND "availableAt" <= clock_timestamp()
          AND ${JSON.stringify(worker.labels)}::jsonb @> coalesce(requirements -> 'labels', '{}')
          AND coalesce((requirements ->> 'memoryBytes')::bigint, 0) <= ${worker.memoryBytes ?? 0n}
        ORDER BY priority DESC, sequence
        FOR UPDATE SKIP LOCKED LIMIT 1)
      RETURNING id, kind, attempt, payload, topic, "subjectId", "workerId"`
    if (job === undefined) return { ...standing, job: null }
    await tx.attempt.create({ data: { jobId: job.id, number: job.attempt, workerId, claimId } })
    if (job.kind === 'trial') await tx.epochMetric.deleteMany({ where: { trialId: job.subjectId } })
    await tellJobsChanged(tx, [job])
    return { ...standing, job: toClaimedJob(job) }
  })
}

const toClaimedJob = ({ id, attempt, payload }: Pick<Job, 'id' | 'attempt' | 'payload'>): ClaimedJob => ({ jobId: id, attempt, payload: jobPayloadSchema.parse(payload) })

/** The attempt that this very claim made, whose answer was lost; null where there is none or it is over. */
async function claimedBefore(tx: Transaction, workerId: string, claimId: string): Promise<ClaimedJob | null> {
  const attempt = await tx.attempt.findUnique({ where: { claimId }, include: { job: true } })
  return attempt !== null && attempt.workerId === workerId && attempt.state === 'running' ? toClaimedJob(attempt.job) : null
}

/** Jobs that wait for a retry become due without a word from the database: look again at least this often. */
const pollMilliseconds = 2000
/** A worker that is to take nothing is told so at once, but not in a tight loop. */
const idleMilliseconds = 5000

/** Claims, and waits up to `waitSeconds` for a job when there is none: the database's notification ends the wait at once. */
export async function claimOrWait(db: Database, notifications: Notifications, claim: Claim & { waitSeconds: number }, signal?: AbortSignal): Promise<ClaimOutput> {
  const end = Date.now() + claim.waitSeconds * 1000
  const bell = createBell()
  const unsubscribe = notifications.subscribe({ job: bell.ring, connected: bell.ring })
  signal?.addEventListener('abort', bell.ring)
  try {
    for (;;) {
      bell.reset() // before looking: what rings from here on is not missed
      if (signal?.aborted) return { job: null, mode: 'ready', reason: null }
      await expireLeases(db)
      const answer = await claimJob(db, claim)
      const left = end - Date.now()
      if (answer.job !== null || left <= 0) return answer
      await bell.wait(Math.min(left, answer.mode === 'ready' ? pollMilliseconds : idleMilliseconds))
      if (answer.mode !== 'ready') return answer
    }
  } finally {
    unsubscribe()
    signal?.removeEventListener('abort', bell.ring)
  }
}
