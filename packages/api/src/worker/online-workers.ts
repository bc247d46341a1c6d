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
