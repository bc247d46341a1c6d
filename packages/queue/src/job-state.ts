import { GraftError, type ErrorReport } from '@graft/contracts/errors'
import { canTransition, type JobState } from '@graft/contracts/trial'
import type { ChangeEvent } from '@graft/contracts/views'
import type { Job } from '@graft/db/generated/client'
import { notifyChangeBy } from '@graft/db/notifications'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { dispatch, withdraw } from './dispatch.ts'
import type { JobTopic } from './enqueue.ts'

const lock: Statement = { name: 'lock-jobs', text: 'SELECT * FROM "Job" WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE' }

/** Jobs by id, locked until the transaction ends; always in the order of their ids, so that two who lock several never wait for each other. */
export const lockJobs = (tx: StatementRunner, ids: readonly string[]): Promise<Job[]> => tx.rows<Job>(lock, [ids])

export interface StateChange {
  error?: ErrorReport | null
  lostAttempts?: number
  failedAttempts?: number
  outOfMemoryAttempts?: number
  /** Seconds from now before which it is not claimed. */
  delaySeconds?: number
}

/**
 * The one way out of a state (claiming is the way into `running`). The job must be locked by this transaction.
 *
 * @throws GraftError `conflict` for a transition that contracts/trial.ts does not list.
 */
export function changeJobState(tx: StatementRunner, job: Job, to: Exclude<JobState, 'running'>, change: StateChange = {}): Promise<void> {
  return changeJobStates(tx, [job], to, change)
}

/** By the database's clock. What is queued or paused has neither begun nor ended; what waits no more has no delivery. */
const change: Statement = {
  name: 'change-job-states',
  text: `
    UPDATE "Job" SET
      state = $2::"JobState", "leaseUntil" = NULL, "workerId" = NULL, "order" = NULL,
      "dispatchId" = CASE WHEN $2::"JobState" = 'queued' THEN "dispatchId" END,
      progress = CASE WHEN $2::"JobState" NOT IN ('queued', 'paused') THEN progress END,
      "startedAt" = CASE WHEN $2::"JobState" NOT IN ('queued', 'paused') THEN "startedAt" END,
      "endedAt" = CASE WHEN $2::"JobState" NOT IN ('queued', 'paused') THEN clock_timestamp() END,
      "availableAt" = CASE WHEN $2::"JobState" = 'queued' THEN clock_timestamp() + make_interval(secs => $3) ELSE "availableAt" END,
      error = CASE WHEN $4 THEN $5::jsonb ELSE error END,
      "lostAttempts" = coalesce($6, "lostAttempts"), "failedAttempts" = coalesce($7, "failedAttempts"), "outOfMemoryAttempts" = coalesce($8, "outOfMemoryAttempts")
    WHERE id = ANY($1::text[])`,
}

/** The same for many jobs at once. */
export async function changeJobStates(tx: StatementRunner, jobs: readonly Job[], to: Exclude<JobState, 'running'>, changes: StateChange = {}): Promise<void> {
  if (jobs.length === 0) return
  for (const job of jobs) {
    if (canTransition(job.state, to)) continue
    throw new GraftError('conflict', `“${job.title}” is ${job.state} and cannot become ${to}.`, { hint: 'Reload to see its present state.', details: { from: job.state, to } })
  }
  const { error, delaySeconds = 0, lostAttempts = null, failedAttempts = null, outOfMemoryAttempts = null } = changes
  await withdraw(tx, jobs.filter(({ state }) => state === 'queued'))
  if (to === 'queued') await redispatch(tx, jobs, delaySeconds)
  const words = error === undefined || error === null ? null : JSON.stringify(error)
  await tx.run(change, [jobs.map(({ id }) => id), to, delaySeconds, error !== undefined, words, lostAttempts, failedAttempts, outOfMemoryAttempts])
  await tellJobsChanged(tx, jobs)
}

const redispatched: Statement = {
  name: 'note-dispatch',
  text: `
    UPDATE "Job" SET queue = given.queue, "dispatchId" = given."dispatchId"
    FROM jsonb_to_recordset($1::jsonb) AS given("jobId" text, queue text, "dispatchId" uuid) WHERE id = given."jobId"`,
}

/** Sends jobs that are or become queued anew, the oldest first. The caller has locked them, and taken back what was sent before. */
export async function redispatch(tx: StatementRunner, jobs: readonly Job[], delaySeconds = 0): Promise<void> {
  const dispatched = await dispatch(tx, jobs.toSorted((one, other) => Number(one.sequence - other.sequence)), delaySeconds)
  await tx.run(redispatched, [JSON.stringify(dispatched)])
}

/** Tells the live streams of the jobs' subjects, of the sweeps that trials belong to, and of the workers that have or had them. */
export async function tellJobsChanged(tx: StatementRunner, jobs: readonly Pick<Job, 'id' | 'topic' | 'subjectId' | 'workerId' | 'kind'>[]): Promise<void> {
  const trials = jobs.filter(({ kind }) => kind === 'trial').map(({ subjectId }) => subjectId)
  const events = jobs.flatMap(({ id, topic, subjectId, workerId }): ChangeEvent[] => [
    { topic: 'job', id },
    { topic: topic as JobTopic, id: subjectId },
    ...(workerId === null ? [] : [{ topic: 'worker' as const, id: workerId }]),
  ])
  await notifyChangeBy(tx, events, trials)
}
