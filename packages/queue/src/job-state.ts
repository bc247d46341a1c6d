import { GraftError, type ErrorReport } from '@graft/contracts/errors'
import { canTransition, type JobState } from '@graft/contracts/trial'
import type { ChangeEvent } from '@graft/contracts/views'
import { toJson, type Transaction } from '@graft/db/client'
import { Prisma, type Job } from '@graft/db/generated/client'
import { notifyChange } from '@graft/db/notifications'
import { dispatch, withdraw } from './dispatch.ts'
import type { JobTopic } from './enqueue.ts'

/** Jobs by id, locked until the transaction ends; always in the order of their ids, so that two who lock several never wait for each other. */
export async function lockJobs(tx: Transaction, ids: readonly string[]): Promise<Job[]> {
  await tx.$queryRaw`SELECT id FROM "Job" WHERE id = ANY(${[...ids]}::text[]) ORDER BY id FOR UPDATE`
  return tx.job.findMany({ where: { id: { in: [...ids] } }, orderBy: { id: 'asc' } })
}

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
export function changeJobState(tx: Transaction, job: Job, to: Exclude<JobState, 'running'>, change: StateChange = {}): Promise<void> {
  return changeJobStates(tx, [job], to, change)
}

/** The same for many jobs at once. */
export async function changeJobStates(tx: Transaction, jobs: readonly Job[], to: Exclude<JobState, 'running'>, change: StateChange = {}): Promise<void> {
  if (jobs.length === 0) return
  for (const job of jobs) {
    if (canTransition(job.state, to)) continue
    throw new GraftError('conflict', `“${job.title}” is ${job.state} and cannot become ${to}.`, { hint: 'Reload to see its present state.', details: { from: job.state, to } })
  }
  const { error, delaySeconds = 0, ...counts } = change
  const now = await databaseTime(tx)
  await withdraw(tx, jobs.filter(({ state }) => state === 'queued'))
  if (to === 'queued') await redispatch(tx, jobs, delaySeconds)
  await tx.job.updateMany({
    where: { id: { in: jobs.map(({ id }) => id) } },
    data: {
      ...counts,
      state: to,
      leaseUntil: null,
      workerId: null,
      order: null,
      ...(to === 'queued' ? {} : { dispatchId: null }),
      ...(error === undefined ? {} : { error: error === null ? Prisma.DbNull : toJson(error) }),
      ...(to === 'queued'
        ? { progress: Prisma.DbNull, startedAt: null, endedAt: null, availableAt: new Date(now.getTime() + delaySeconds * 1000) }
        : to === 'paused'
          ? { progress: Prisma.DbNull, startedAt: null, endedAt: null }
          : { endedAt: now }),
    },
  })
  await tellJobsChanged(tx, jobs)
}

/** Sends jobs that are or become queued anew, the oldest first. The caller has locked them, and taken back what was sent before. */
export async function redispatch(tx: Transaction, jobs: readonly Job[], delaySeconds = 0): Promise<void> {
  const dispatched = await dispatch(tx, jobs.toSorted((one, other) => Number(one.sequence - other.sequence)), delaySeconds)
  await tx.$executeRaw`
    UPDATE "Job" SET queue = given.queue, "dispatchId" = given."dispatchId"
    FROM jsonb_to_recordset(${JSON.stringify(dispatched)}::jsonb) AS given("jobId" text, queue text, "dispatchId" uuid) WHERE id = given."jobId"`
}

/** Tells the live streams of the jobs' subjects, of the sweeps that trials belong to, and of the workers that have or had them. */
export async function tellJobsChanged(tx: Transaction, jobs: readonly Pick<Job, 'id' | 'topic' | 'subjectId' | 'workerId' | 'kind'>[]): Promise<void> {
  const trials = jobs.filter(({ kind }) => kind === 'trial').map(({ subjectId }) => subjectId)
  const sweeps = await tx.sweepTrial.findMany({ where: { trialId: { in: trials } }, select: { sweepId: true }, distinct: ['sweepId'] })
  await notifyChange(
    tx,
    ...jobs.flatMap(({ id, topic, subjectId, workerId }): ChangeEvent[] => [
      { topic: 'job', id },
      { topic: topic as JobTopic, id: subjectId },
      ...(workerId === null ? [] : [{ topic: 'worker' as const, id: workerId }]),
    ]),
    ...sweeps.map(({ sweepId }) => ({ topic: 'sweep' as const, id: sweepId })),
  )
}

/** The clock by which leases run: the database's, the same for all servers and workers. */
export async function databaseTime(tx: Transaction): Promise<Date> {
  const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  return row!.now
}
