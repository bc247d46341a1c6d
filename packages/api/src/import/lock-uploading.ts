import { GraftError } from '@graft/contracts/errors'
import type { Transaction } from '@graft/db/client'
import type { Import } from '@graft/db/generated/client'
import { importNotFound } from './view.ts'

/**
 * The import, held until the transaction ends, while it still takes files.
 *
 * @throws GraftError `not_found`, or `conflict` once it was started or cancelled.
 */
export async function lockUploadingImport(tx: Transaction, id: string): Promise<Import> {
  await tx.$queryRaw`SELECT id FROM "Import" WHERE id = ${id} FOR UPDATE`
  const row = await tx.import.findUnique({ where: { id } })
  if (row === null) throw importNotFound(id)
  if (row.jobId !== null || row.cancelledAt !== null) {
    throw new GraftError('conflict', `The import of “${row.name}” was ${row.jobId === null ? 'cancelled' : 'started'} already.`, { hint: 'Make a new import.' })
  }
  return row
}
