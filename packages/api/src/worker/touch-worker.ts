import { GraftError } from '@graft/contracts/errors'
import type { Database } from '@graft/db/client'

/** Notes that a worker was heard of. @throws GraftError `not_found` for one that never registered here. */
export async function touchWorker(db: Database, workerId: string): Promise<void> {
  const count = await db.$executeRaw`UPDATE "Worker" SET "heartbeatAt" = clock_timestamp(), "leftAt" = NULL WHERE id = ${workerId}`
  if (count === 0) throw new GraftError('not_found', 'This server does not know the worker.', { hint: 'Register again.', field: 'workerId' })
}
