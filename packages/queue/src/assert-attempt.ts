import { GraftError } from '@graft/contracts/errors'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
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
  if (job?.state === 'running' && job.attempt === reference.attempt && job.workerId === reference.workerId) return job
  throw new GraftError('stale_attempt', `Attempt ${reference.attempt} no longer holds this job${job === undefined ? '' : ` (it is ${job.state}, at attempt ${job.attempt})`}.`, {
    hint: 'The lease ran out or the job was cancelled: drop the work and ask for another job.',
  })
}
