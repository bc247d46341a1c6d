import type { Transaction } from '@graft/db/client'
import { lockJobs, tellJobsChanged } from './job-state.ts'

/** Lowest and highest priority that a person may give. */
export const priorityRange = [-100, 100] as const

/** Moves jobs within what their person has queued: higher goes first. Also of jobs that are paused or run, for when they are queued again. */
export async function setPriority(tx: Transaction, ids: readonly string[], priority: number): Promise<void> {
  const jobs = await lockJobs(tx, ids)
  await tx.job.updateMany({ where: { id: { in: jobs.map(({ id }) => id) } }, data: { priority } })
  await tellJobsChanged(tx, jobs)
}
