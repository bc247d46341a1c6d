import { GraftError } from '@graft/contracts/errors'
import type { JobState } from '@graft/contracts/trial'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Attempt, Job } from '@graft/db/generated/client'
import type { Statement, StatementRunner } from '@graft/db/statements'

/**
 * The fence: the job's row if this attempt holds it, locked until the transaction ends, so that nothing can take the job away between
 * this check and the write. Every write of a worker goes through it. An attempt whose lease has run out, but which nobody has
 * taken away yet, still holds. Its parameters, which are the first three of every statement that it is part of: `heldBy`.
 */
export const heldJob = `SELECT * FROM "Job" WHERE id = $1 AND state = 'running' AND attempt = $2 AND "workerId" = $3 FOR UPDATE`
export const heldBy = ({ jobId, attempt, workerId }: AttemptReference): [string, number, string] => [jobId, attempt, workerId]

const hold: Statement = { name: 'hold-job', text: heldJob }

/**
 * Refuses the writes of a worker that has lost its job.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function assertAttempt(tx: StatementRunner, reference: AttemptReference): Promise<Job> {
  const [job] = await tx.rows<Job>(hold, heldBy(reference))
  if (job === undefined) throw await staleAttempt(tx, reference)
  return job
}

/**
 * The same for a write that ends the attempt: null where it has ended by it already (`isThisEnd`), for then this is that write once
 * more, after its answer was lost.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function assertAttemptOrEnded(tx: StatementRunner, reference: AttemptReference, isThisEnd: (attempt: Attempt) => boolean): Promise<Job | null> {
  const [job] = await tx.rows<Job>(hold, heldBy(reference))
  if (job !== undefined) return job
  const before = await findAttempt(tx, reference)
  if (before !== null && isThisEnd(before)) return null
  throw await staleAttempt(tx, reference)
}

/** Whether the attempt's job was cancelled under it: then it is told so, instead of being refused. */
export async function wasCancelled(run: StatementRunner, reference: AttemptReference): Promise<boolean> {
  return (await findAttempt(run, reference))?.state === 'cancelled'
}

const readAttempt: Statement = { name: 'read-attempt', text: `SELECT * FROM "Attempt" WHERE "jobId" = $1 AND number = $2 AND "workerId" = $3` }

async function findAttempt(run: StatementRunner, reference: AttemptReference): Promise<Attempt | null> {
  const [found] = await run.rows<Attempt>(readAttempt, heldBy(reference))
  return found ?? null
}

const readState: Statement = { name: 'read-job-state', text: 'SELECT state, attempt FROM "Job" WHERE id = $1' }

export async function staleAttempt(run: StatementRunner, { jobId, attempt }: AttemptReference): Promise<GraftError> {
  const [job] = await run.rows<{ state: JobState; attempt: number }>(readState, [jobId])
  return new GraftError('stale_attempt', `Attempt ${attempt} no longer holds this job${job === undefined ? '' : ` (it is ${job.state}, at attempt ${job.attempt})`}.`, {
    hint: 'The lease ran out or the job was cancelled: drop the work and ask for another job.',
  })
}
