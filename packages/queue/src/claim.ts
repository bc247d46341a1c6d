import { jobPayloadSchema } from '@graft/contracts/job'
import { leaseSeconds, type ClaimedJob, type ClaimOutput } from '@graft/contracts/worker-protocol'
import type { ChangeTeller } from '@graft/db/change-teller'
import type { Database } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { takeBossJob } from './boss.ts'
import type { JobTopic } from './enqueue.ts'
import { chargePerson, type TrialCosts } from './fair-share.ts'
import { jobRules } from './job-rules.ts'
import { mayRunAnother } from './quotas.ts'
import { readClaim, type Claim, type ReadClaim, type WaitingQueue } from './read-claim.ts'

/** What a server process serves its claims with. */
export interface ClaimTools {
  db: Database
  costs: TrialCosts
  teller: ChangeTeller
}

interface StartedJob extends Pick<Job, 'id' | 'kind' | 'attempt' | 'payload' | 'topic' | 'subjectId'> {
  sweepIds: string[]
}

/**
 * Gives the worker the next job of its kinds that it meets the requirements of, with a lease and the next attempt number; null when
 * none waits, or the worker is to take none. pg-boss delivers, the people's tags say whose turn it is, and the job's row decides: a
 * delivery of a job that is not queued any more does nothing. Any number of workers may claim at once. What an earlier attempt at a
 * trial left of metrics is deleted, so that one set remains.
 *
 * @throws GraftError `not_found` for an unknown worker.
 */
export async function claimJob({ db, costs, teller }: ClaimTools, claim: Claim): Promise<ClaimOutput> {
  const read = await readClaim(db.statements, claim)
  const mayStart = read.again === null && read.queues.length > 0
  const started = mayStart ? await db.statements.transaction((tx) => startInTurn(tx, read, costs, claim)) : null
  if (started !== null) tellStarted(teller, started, claim.workerId)
  const job = read.again ?? started
  return { ...read.standing, job: job === null ? null : toClaimedJob(job) }
}

const toClaimedJob = ({ id, attempt, payload }: Pick<Job, 'id' | 'attempt' | 'payload'>): ClaimedJob => ({ jobId: id, attempt, payload: jobPayloadSchema.parse(payload) })

function tellStarted(teller: ChangeTeller, { id, topic, subjectId, sweepIds }: StartedJob, workerId: string): void {
  teller.tell({ topic: 'job', id }, { topic: topic as JobTopic, id: subjectId }, { topic: 'worker', id: workerId }, ...sweepIds.map((sweepId) => ({ topic: 'sweep' as const, id: sweepId })))
}

async function startInTurn(tx: StatementRunner, { queues, isContended }: ReadClaim, costs: TrialCosts, claim: Claim): Promise<StartedJob | null> {
  for (const { name, personId, maximumRunning } of inTurn(queues)) {
    if (personId !== null && !(await mayRunAnother(tx, personId, maximumRunning))) continue
    const job = await startNext(tx, name, claim)
    if (job === null) continue
    if (personId !== null && isContended) await chargePerson(tx, personId, costs.of(personId)) // someone who is alone takes nobody's turn
    return job
  }
  return null
}

/** What someone waits for at the screen first; then the person whose turn it is; of theirs what has the highest priority, then the oldest. */
const inTurn = (queues: readonly WaitingQueue[]): WaitingQueue[] =>
  queues.toSorted((one, other) => jobRules[other.kind].priority - jobRules[one.kind].priority || (one.turn ?? 0) - (other.turn ?? 0) || other.priority - one.priority || one.sequence - other.sequence)

/** Deliveries that are passed over at most in one claim: the maintenance removes the rest. */
const staleDeliveries = 100

const start: Statement = {
  name: 'start-job',
  text: `
    WITH started AS (
      UPDATE "Job" SET
        state = 'running', attempt = attempt + 1, "workerId" = $3, "dispatchId" = NULL, progress = NULL, error = NULL, "endedAt" = NULL,
        "startedAt" = clock_timestamp(), "leaseUntil" = clock_timestamp() + make_interval(secs => $5)
      WHERE id = (SELECT id FROM "Job" WHERE id = $1 AND state = 'queued' AND "dispatchId" = $2::uuid FOR UPDATE SKIP LOCKED)
      RETURNING id, kind, attempt, payload, topic, "subjectId"),
    attempt AS (INSERT INTO "Attempt" ("jobId", number, "workerId", "claimId") SELECT id, attempt, $3, $4 FROM started),
    cleared AS (DELETE FROM "EpochMetric" USING started WHERE started.kind = 'trial' AND "trialId" = started."subjectId")
    SELECT started.*, ARRAY(SELECT "sweepId" FROM "SweepTrial" WHERE started.kind = 'trial' AND "trialId" = started."subjectId") AS "sweepIds" FROM started`,
}

/**
 * Takes deliveries of a queue until one is of a job that waits for it, and starts that. A job whose row somebody is changing at this
 * moment is passed over: they send it again if it stays queued, or the maintenance does.
 */
async function startNext(tx: StatementRunner, queue: string, { workerId, claimId }: Claim): Promise<StartedJob | null> {
  for (let round = 0; round < staleDeliveries; round += 1) {
    const delivered = await takeBossJob(tx, queue)
    if (delivered === null) return null
    const [job] = await tx.rows<StartedJob>(start, [delivered.jobId, delivered.id, workerId, claimId, leaseSeconds])
    if (job !== undefined) return job
  }
  return null
}
