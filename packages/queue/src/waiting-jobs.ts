import type { Database } from '@graft/db/client'
import type { WaitingJobs } from '@graft/db/notifications'

/** What is due now, counted by what it wants of a worker. */
export function waitingJobs(db: Database): Promise<WaitingJobs[]> {
  return db.$queryRaw<WaitingJobs[]>`
    SELECT queue.kind, queue.requirements, due.count
    FROM (SELECT queue, count(*)::int AS count FROM "Job" WHERE state = 'queued' AND "availableAt" <= clock_timestamp() GROUP BY queue) due
    JOIN "DispatchQueue" queue ON queue.name = due.queue`
}

/** Seconds that an attempt at a trial of each person took in the mean, of the last hour's. */
export async function measuredCosts(db: Database): Promise<Map<string, number>> {
  const rows = await db.$queryRaw<{ personId: string; seconds: number }[]>`
    SELECT job."personId", avg(extract(epoch FROM attempt."endedAt" - attempt."startedAt"))::float8 AS seconds
    FROM "Attempt" attempt JOIN "Job" job ON job.id = attempt."jobId"
    WHERE job.kind = 'trial' AND attempt."endedAt" > clock_timestamp() - interval '1 hour' GROUP BY job."personId"`
  return new Map(rows.map(({ personId, seconds }) => [personId, seconds]))
}
