import { canTransition } from '@graft/contracts/trial'
import type { Transaction } from '@graft/db/client'
import { inPrisma } from '@graft/db/in-prisma'
import { endAttempt } from './end-attempt.ts'
import { dismissHelpers } from './dismiss-helpers.ts'
import { changeJobStates, lockJobs } from './job-state.ts'

/**
 * Cancels those of the jobs that are still queued or running; the rest stay as they are. A running one is taken from its
 * worker at once: its next renewal tells it so, its writes are refused. With a trial go the jobs of those that help it.
 *
 * @returns how many were cancelled.
 */
export async function cancelJobs(tx: Transaction, ids: readonly string[]): Promise<number> {
  const run = inPrisma(tx)
  const jobs = (await lockJobs(run, ids)).filter((job) => canTransition(job.state, 'cancelled'))
  for (const job of jobs) if (job.state === 'running') await endAttempt(run, job, 'cancelled')
  await changeJobStates(run, jobs, 'cancelled')
  await dismissHelpers(run, jobs)
  return jobs.length
}
