import { jobPayloadSchema } from '@graft/contracts/job'
import { leaseSeconds, type ClaimedJob, type ClaimOutput } from '@graft/contracts/worker-protocol'
import type { ChangeTeller } from '@graft/db/change-teller'
import type { Database, Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { takeBossJob } from './boss.ts'
import type { JobTopic } from './enqueue.ts'
import type { FairShare } from './fair-share.ts'
import { jobRules } from './job-rules.ts'
import { mayRunAnother } from './quotas.ts'
import { readClaim, type Claim, type WaitingQueue } from './read-claim.ts'

/** What a server process serves its claims with. */
export interface ClaimTools {
  db: Database
  shares: FairShare
  teller: ChangeTeller
}

interface StartedJob extends Pick<Job, 'id' | 'kind' | 'attempt' | 'payload' | 'topic' | 'subjectId'> {
  sweepIds: string[]
}

/**
 * Gives the worker the next job of its kinds that it meets the requirements of, with a lease and the next attempt number; null when
 * none waits, or the worker is to take none. pg-boss delivers, `shares` says whose turn it is, and the job's row decides: a
 * delivery of a job that is not queued any more does nothing. Any number of workers may claim at once. What an earlier attempt at a
 * trial left of metrics is deleted, so that one set remains.
 *
 * @throws GraftError `not_found` for an unknown worker.
 */
export async function claimJob({ db, shares, teller }: ClaimTools, claim: Claim): Promise<ClaimOutput> {
  const { read, started } = await db.$transaction(async (tx) => {
    const asked = await readClaim(tx, claim)
    return { read: asked, started: asked.again === null ? await startInTurn(tx, asked.queues, shares, claim) : null }
  })
  if (started !== null) tellStarted(teller, started, claim.workerId)
  const job = read.again ?? started
  return { ...read.standing, job: job === null ? null : toClaimedJob(job) }
}

const toClaimedJob = ({ id, attempt, payload }: Pick<Job, 'id' | 'attempt' | 'payload'>): ClaimedJob => ({ jobId: id, attempt, payload: jobPayloadSchema.parse(payload) })

function tellStarted(teller: ChangeTeller, { id, topic, subjectId, sweepIds }: StartedJob, workerId: string): void {
  teller.tell({ topic: 'job', id }, { topic: topic as JobTopic, id: subjectId }, { topic: 'worker', id: workerId }, ...sweepIds.map((sweepId) => ({ topic: 'sweep' as const, id: sweepId })))
}

async function startInTurn(tx: Transaction, queues: readonly WaitingQueue[], shares: FairShare, claim: Claim): Promise<StartedJob | null> {
  for (const queue of inTurn(queues, shares)) {
    if (queue.personId !== null && !(await mayRunAnother(tx, queue.personId, queue.maximumRunning))) continue
    const job = await startNext(tx, queue.name, claim)
    if (job === null) continue
    if (queue.personId !== null) shares.charge(queue.personId, queue.weight!)
    return job
  }
  return null
}

/** What someone waits for at the screen first; then the person whose turn it is; of theirs what has the highest priority, then the oldest. */
function inTurn(queues: readonly WaitingQueue[], shares: FairShare): WaitingQueue[] {
  const oldestFirst = queues.toSorted((one, other) => other.priority - one.priority || one.sequence - other.sequence)
  const people = new Map(oldestFirst.flatMap(({ personId, weight }) => (personId === null ? [] : [[personId, { personId, weight: weight! }] as const])))
  const turn = new Map(shares.order([...people.values()]).map((personId, index) => [personId, index]))
  const turnOf = ({ personId }: WaitingQueue): number => (personId === null ? 0 : turn.get(personId)!)
  return oldestFirst.toSorted((one, other) => jobRules[other.kind].priority - jobRules[one.kind].priority || turnOf(one) - turnOf(other))
}

/** Deliveries that are passed over at most in one claim: the maintenance removes the rest. */
const staleDeliveries = 100

/**
 * Takes deliveries of a queue until one is of a job that waits for it, and starts that. A job whose row somebody is changing at this
 * moment is passed over: they send it again if it stays queued, or the maintenance does.
 */
async function startNext(tx: Transaction, queue: string, { workerId, claimId }: Claim): Promise<StartedJob | null> {
  for (let round = 0; round < staleDeliveries; round += 1) {
    const delivered = await takeBossJob(tx, queue)
    if (delivered === null) return null
    const [job] = await tx.$queryRaw<StartedJob[]>`
      WITH started AS (
        UPDATE "Job" SET
          state = 'running', attempt = attempt + 1, "workerId" = ${workerId}, "dispatchId" = NULL, progress = NULL, error = NULL, "endedAt" = NULL,
          "startedAt" = clock_timestamp(), "leaseUntil" = clock_timestamp() + make_interval(secs => ${leaseSeconds})
        WHERE id = (SELECT id FROM "Job" WHERE id = ${delivered.jobId} AND state = 'queued' AND "dispatchId" = ${delivered.id}::uuid FOR UPDATE SKIP LOCKED)
        RETURNING id, kind, attempt, payload, topic, "subjectId"),
      attempt AS (INSERT INTO "Attempt" ("jobId", number, "workerId", "claimId") SELECT id, attempt, ${workerId}, ${claimId} FROM started),
      cleared AS (DELETE FROM "EpochMetric" USING started WHERE started.kind = 'trial' AND "trialId" = started."subjectId")
      SELECT started.*, ARRAY(SELECT "sweepId" FROM "SweepTrial" WHERE started.kind = 'trial' AND "trialId" = started."subjectId") AS "sweepIds" FROM started`
    if (job !== undefined) return job
  }
  return null
}
