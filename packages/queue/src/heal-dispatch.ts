import type { Database } from '@graft/db/client'
import { inPrisma } from '@graft/db/in-prisma'
import { lockJobs, redispatch } from './job-state.ts'

const jobsARound = 5000

/**
 * Sends what waits without a delivery (a backup was restored, the queue's tables were lost, a claim passed over a row that was being
 * changed), and removes deliveries that nothing waits for. Row and delivery change in one transaction, so what is under way is never
 * taken for either.
 *
 * @returns how many jobs were sent.
 */
export async function healDispatch(db: Database): Promise<number> {
  await db.$executeRaw`
    DELETE FROM pgboss.job delivery
    WHERE NOT EXISTS (SELECT 1 FROM "Job" job WHERE job.id = delivery.data ->> 'jobId' AND job."dispatchId" = delivery.id AND job.state = 'queued' AND delivery.state < 'active')`
  const undelivered = await db.$queryRaw<{ id: string }[]>`
    SELECT job.id FROM "Job" job
    WHERE job.state = 'queued' AND NOT EXISTS (SELECT 1 FROM pgboss.job delivery WHERE delivery.name = job.queue AND delivery.id = job."dispatchId")
    ORDER BY job.sequence LIMIT ${jobsARound}`
  if (undelivered.length === 0) return 0
  return db.$transaction(
    async (tx) => {
      const jobs = (await lockJobs(inPrisma(tx), undelivered.map(({ id }) => id))).filter(({ state }) => state === 'queued')
      const sent = await tx.$queryRaw<{ id: string }[]>`
        SELECT job.id FROM "Job" job JOIN pgboss.job delivery ON delivery.name = job.queue AND delivery.id = job."dispatchId" WHERE job.id = ANY(${jobs.map(({ id }) => id)}::text[])`
      const missing = jobs.filter(({ id }) => !sent.some((other) => other.id === id))
      await redispatch(inPrisma(tx), missing)
      return missing.length
    },
    { timeout: 120_000 },
  )
}
