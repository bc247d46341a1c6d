import { GraftError } from '@graft/contracts/errors'
import type { DatabaseOrTransaction, Transaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'
import type { UserCaller } from '../auth/caller.ts'
import { requireOwner } from '../auth/require-owner.ts'

/** @throws GraftError `not_found`. */
export async function findSweep(db: DatabaseOrTransaction, id: string): Promise<Sweep> {
  const sweep = await db.sweep.findUnique({ where: { id } })
  if (sweep === null) throw new GraftError('not_found', `There is no sweep ${id.slice(0, 40)}.`, { hint: '`graft sweep list` shows them.', field: 'id' })
  return sweep
}

/**
 * The sweep, its row locked until the transaction ends: whoever changes its state or adds to it goes one after the other. Rows
 * that refer to it may be written meanwhile.
 *
 * @throws GraftError `not_found`.
 */
export async function lockSweep(tx: Transaction, id: string): Promise<Sweep> {
  await tx.$queryRaw`SELECT id FROM "Sweep" WHERE id = ${id} FOR NO KEY UPDATE`
  return findSweep(tx, id)
}

/**
 * The same for someone who wants to change it.
 *
 * @throws GraftError `not_found`, `forbidden` where it is someone else's.
 */
export async function lockOwnSweep(tx: Transaction, caller: UserCaller, id: string): Promise<Sweep> {
  const sweep = await lockSweep(tx, id)
  await requireOwner(tx, caller, sweep.personId, `“${sweep.name}”`)
  return sweep
}
