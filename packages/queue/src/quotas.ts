import { GraftError } from '@graft/contracts/errors'
import type { Transaction } from '@graft/db/client'
import type { Statement, StatementRunner } from '@graft/db/statements'

const lockRunning: Statement = { name: 'lock-running-quota', text: `SELECT pg_advisory_xact_lock(hashtext('graft running'), hashtext($1))` }
const countRunning: Statement = { name: 'count-running', text: `SELECT count(*)::int AS count FROM "Job" WHERE "personId" = $1 AND kind = 'trial' AND state = 'running'` }

/** Whether a person may have one more trial run. Until the transaction ends, no other claim may count on the same place. */
export async function mayRunAnother(tx: StatementRunner, personId: string, maximumRunning: number | null): Promise<boolean> {
  if (maximumRunning === null) return true
  await tx.run(lockRunning, [personId])
  const [running] = await tx.rows<{ count: number }>(countRunning, [personId])
  return running!.count < maximumRunning
}

/** How many more trials a person may queue; null: as many as they like. Until the transaction ends, no other may count on the same places. */
export async function queuedRoom(tx: Transaction, personId: string): Promise<number | null> {
  const { maximumQueued } = await tx.person.findUniqueOrThrow({ where: { id: personId } })
  if (maximumQueued === null) return null
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('graft queued'), hashtext(${personId}))`
  const queued = await tx.job.count({ where: { personId, kind: 'trial', state: { in: ['queued', 'paused'] } } })
  return Math.max(0, maximumQueued - queued)
}

/** @throws GraftError `conflict` where a person may not queue so many more trials. */
export async function requireQueuedRoom(tx: Transaction, personId: string, trials: number): Promise<void> {
  if (trials === 0) return
  const room = await queuedRoom(tx, personId)
  if (room === null || trials <= room) return
  const { name, maximumQueued } = await tx.person.findUniqueOrThrow({ where: { id: personId } })
  throw new GraftError('conflict', `${trials} trials are more than the ${room} that ${name} may still queue: the quota is ${maximumQueued}.`, {
    hint: 'Wait until some are through, launch fewer, or have an administrator raise the quota: `graft people set NAME --queued N`.',
    details: { room, quota: maximumQueued },
  })
}
