import { GraftError } from '@graft/contracts/errors'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Transaction } from '@graft/db/client'
import type { Attempt, Job } from '@graft/db/generated/client'
import { lockJobs } from './job-state.ts'

/**
 * The one place where writes of a worker that has lost its job are refused. Locks the job's row until the transaction ends,
 * so that nothing can take the job away between this check and the write. An attempt whose lease has run out, but which
 * nobody has taken away yet, still holds.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function assertAttempt(tx: Transaction, reference: AttemptReference): Promise<Job> {
  const [job] = await lockJobs(tx, [reference.jobId])
  if (job !== undefined && holds(job, reference)) return job
  throw staleAttempt(reference, job)
}

/**
 * The same for a write that ends the attempt: null where it has ended by it already (`isThisEnd`), for then this is that write once
 * more, after its answer was lost.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function assertAttemptOrEnded(tx: Transaction, reference: AttemptReference, isThisEnd: (attempt: Attempt) => boolean): Promise<Job | null> {
  const [job] = await lockJobs(tx, [reference.jobId])
  if (job !== undefined && holds(job, reference)) return job
  const before = await tx.attempt.findUnique({ where: { jobId_number: { jobId: reference.jobId, number: reference.attempt } } })
  if (before?.workerId === reference.workerId && isThisEnd(before)) return null
  throw staleAttempt(reference, job)
}

const holds = (job: Job, { attempt, workerId }: AttemptReference): boolean => job.state === 'running' && job.attempt === attempt && job.workerId === workerId

function staleAttempt({ attempt }: AttemptReference, job: Job | undefined): GraftError {
  return new GraftError('stale_attempt', `Attempt ${attempt} no longer holds this job${job === undefined ? '' : ` (it is ${job.state}, at attempt ${job.attempt})`}.`, {
    hint: 'The lease ran out or the job was cancelled: drop the work and ask for another job.',
  })
}
