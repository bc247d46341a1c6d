import type { JobPayload } from '@graft/contracts/job'
import type { Transaction } from '@graft/db/client'
import { changeJobState, lockJobs } from './job-state.ts'
import { GraftError } from '@graft/contracts/errors'

/**
 * Queues a failed or cancelled job again by hand, with a clean count of failures and a payload as of now.
 *
 * @throws GraftError `conflict` in any other state, `not_found`.
 */
export async function retryJob(tx: Transaction, id: string, payload: JobPayload): Promise<void> {
  const [job] = await lockJobs(tx, [id])
  if (job === undefined) throw new GraftError('not_found', 'There is no such job.')
  if (job.state === 'running') throw new GraftError('conflict', `"${job.title}" is running.`, { hint: 'Cancel it first.' })
  await changeJobState(tx, job, 'queued', { lostAttempts: 0, failedAttempts: 0, error: null, payload })
}
