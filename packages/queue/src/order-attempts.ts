import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { inPrisma } from '@graft/db/in-prisma'
import { lockJobs, tellJobsChanged } from './job-state.ts'

/** Tells the running ones of some locked jobs what to do: they hear it with their next renewal or metrics, within seconds. @returns how many run. */
export async function orderAttempts(tx: Transaction, jobs: readonly Job[], order: 'pause' | 'prune'): Promise<number> {
  const running = jobs.filter(({ state }) => state === 'running')
  if (running.length === 0) return 0
  await tx.job.updateMany({ where: { id: { in: running.map(({ id }) => id) } }, data: { order } })
  await tellJobsChanged(inPrisma(tx), running)
  return running.length
}

/** Stops running trials early, for a search that expects nothing of them; what does not run stays as it is. @returns how many were told. */
export async function pruneJobs(tx: Transaction, ids: readonly string[]): Promise<number> {
  return orderAttempts(tx, await lockJobs(inPrisma(tx), ids), 'prune')
}
