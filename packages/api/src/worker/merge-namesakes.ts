import type { Database, DatabaseOrTransaction, Transaction } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { onlineSeconds } from './online-workers.ts'

interface Pair {
  old: string
  young: string
}

/**
 * A worker that was killed or went, and was started again, is one worker: the entry of the old process goes into that of the new
 * one, with what it did. It takes the same name on the same machine (its description but for the versions), a process that has
 * left or is offline and holds no job, and a younger one that is online. Where the old one was only frozen, it finds itself
 * unknown with its next claim and registers again.
 */
export async function mergeNamesakes(db: Database): Promise<void> {
  if ((await findPairs(db)).length === 0) return
  await db.$transaction(async (tx) => {
    // Asked again: locked, so that an old one that speaks up in this moment is left alone, and two servers do not do it twice.
    for (const { old, young } of await findPairs(tx, true)) {
      await tx.attempt.updateMany({ where: { workerId: old }, data: { workerId: young } })
      await inheritStanding(tx, old, young)
      await tx.worker.delete({ where: { id: old } })
      await notifyChange(tx, { topic: 'worker', id: old }, { topic: 'worker', id: young })
    }
  })
}

/** A start anew lifts no quarantine: the machine is the same. */
async function inheritStanding(tx: Transaction, old: string, young: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Worker" young SET
      "drainingAt" = coalesce(young."drainingAt", old."drainingAt"), "quarantinedAt" = coalesce(young."quarantinedAt", old."quarantinedAt"),
      "quarantineReason" = coalesce(young."quarantineReason", old."quarantineReason"), "nodeFaults" = young."nodeFaults" + old."nodeFaults"
    FROM "Worker" old WHERE young.id = ${young} AND old.id = ${old}`
}

async function findPairs(db: DatabaseOrTransaction, lock = false): Promise<Pair[]> {
  const query = `
    SELECT old.id AS old, young.id AS young
    FROM "Worker" old CROSS JOIN LATERAL (
      SELECT id FROM "Worker" other
      WHERE other.name = old.name AND other.device = old.device AND other.environment::jsonb - 'versions' = old.environment::jsonb - 'versions' AND other."startedAt" > old."startedAt"
        AND other."leftAt" IS NULL AND other."heartbeatAt" > clock_timestamp() - make_interval(secs => $1)
      ORDER BY other."startedAt" DESC LIMIT 1) young
    WHERE (old."leftAt" IS NOT NULL OR old."heartbeatAt" <= clock_timestamp() - make_interval(secs => $1))
      AND NOT EXISTS (SELECT 1 FROM "Job" WHERE "workerId" = old.id AND state = 'running')
    ${lock ? 'FOR UPDATE OF old SKIP LOCKED' : ''}`
  return db.$queryRawUnsafe<Pair[]>(query, onlineSeconds)
}
