import type { Database } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import type { Statement } from '@graft/db/statements'
import { loseAttempt } from './lose-attempt.ts'

const anyExpired: Statement = { name: 'any-lease-expired', text: `SELECT 1 WHERE EXISTS (SELECT 1 FROM "Job" WHERE state = 'running' AND "leaseUntil" < clock_timestamp())` }
const lockExpired: Statement = {
  name: 'lock-expired-leases',
  text: `SELECT * FROM "Job" WHERE state = 'running' AND "leaseUntil" < clock_timestamp() ORDER BY id FOR UPDATE SKIP LOCKED`,
}

/**
 * Takes jobs from workers that stopped renewing (by the database's clock): the attempt is marked lost and the job queued
 * again, or failed when that happened too often. Any number of servers may run this at once.
 *
 * @returns how many attempts were lost.
 */
export async function expireLeases({ statements }: Database): Promise<number> {
  if ((await statements.rows(anyExpired)).length === 0) return 0
  return statements.transaction(async (tx) => {
    const jobs = await tx.rows<Job>(lockExpired)
    for (const job of jobs) await loseAttempt(tx, job)
    return jobs.length
  })
}
