import type { Requirements } from '@graft/contracts/requirements'
import type { DatabaseOrTransaction } from '@graft/db/client'

/** A worker that has said nothing for this long counts as offline. */
export const onlineSeconds = 30

/** Workers that reported lately, by the database's clock. */
export async function countOnlineWorkers(db: DatabaseOrTransaction): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "Worker" WHERE "leftAt" IS NULL AND "heartbeatAt" > clock_timestamp() - make_interval(secs => ${onlineSeconds})`
  return row!.count
}

/** Trials that the workers which reported lately, and are given jobs, run at once. */
export async function countOnlineSlots(db: DatabaseOrTransaction): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT COALESCE(sum(slots), 0)::int AS count FROM "Worker"
    WHERE "leftAt" IS NULL AND "drainingAt" IS NULL AND "quarantinedAt" IS NULL AND "heartbeatAt" > clock_timestamp() - make_interval(secs => ${onlineSeconds})`
  return row!.count
}

/** Slots in which nothing runs of workers that are given jobs and meet the requirements. */
export async function countIdleSlots(db: DatabaseOrTransaction, { labels = {}, memoryBytes = 0 }: Partial<Requirements>): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT COALESCE(sum(greatest(0, slots - busy)), 0)::int AS count
    FROM (
      SELECT slots, (SELECT count(*) FROM "Job" WHERE "workerId" = worker.id AND state = 'running' AND kind IN ('trial', 'extraction'))::int AS busy
      FROM "Worker" worker
      WHERE "leftAt" IS NULL AND "drainingAt" IS NULL AND "quarantinedAt" IS NULL AND "heartbeatAt" > clock_timestamp() - make_interval(secs => ${onlineSeconds})
        AND labels @> ${JSON.stringify(labels)}::jsonb AND COALESCE("memoryBytes", 0) >= ${memoryBytes}) online`
  return row!.count
}
