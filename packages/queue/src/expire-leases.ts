import type { Database } from '@graft/db/client'
import { loseAttempt } from './lose-attempt.ts'

/**
 * Takes jobs from workers that stopped renewing (by the database's clock): the attempt is marked lost and the job queued
 * again, or failed when that happened too often. Any number of servers may run this at once.
 *
 * @returns how many attempts were lost.
 */
export async function expireLeases(db: Database): Promise<number> {
  const [expired] = await db.$queryRaw<{ any: boolean }[]>`SELECT EXISTS (SELECT 1 FROM "Job" WHERE state = 'running' AND "leaseUntil" < clock_timestamp()) AS any`
  if (!expired?.any) return 0
  return db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM "Job" WHERE state = 'running' AND "leaseUntil" < clock_timestamp() ORDER BY id FOR UPDATE SKIP LOCKED`
    const jobs = await tx.job.findMany({ where: { id: { in: rows.map(({ id }) => id) } } })
    for (const job of jobs) await loseAttempt(tx, job)
    return jobs.length
  })
}
