import type { Transaction } from '@graft/db/client'
import { inPrisma } from '@graft/db/in-prisma'
import { withdraw } from './dispatch.ts'
import { lockJobs, redispatch, tellJobsChanged } from './job-state.ts'

/** Lowest and highest priority that a person may give. */
export const priorityRange = [-100, 100] as const

/** Moves jobs within what their person has queued: higher goes first. Also of jobs that are paused or run, for when they are queued again. */
export async function setPriority(tx: Transaction, ids: readonly string[], priority: number): Promise<void> {
  const run = inPrisma(tx)
  const jobs = await lockJobs(run, ids)
  await tx.job.updateMany({ where: { id: { in: jobs.map(({ id }) => id) } }, data: { priority } })
  const queued = jobs.filter(({ state }) => state === 'queued').map((job) => ({ ...job, priority }))
  await withdraw(run, queued)
  await redispatch(run, queued)
  await tellJobsChanged(run, jobs)
}
