import type { ErrorReport } from '@graft/contracts/errors'
import { nodeFaultsAllowed } from '@graft/contracts/worker-protocol'
import type { Transaction } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'

/** Counts a fault of a worker's machine; the third in a row puts the worker into quarantine. */
export async function countNodeFault(tx: Transaction, workerId: string, { message }: ErrorReport): Promise<void> {
  const reason = `${nodeFaultsAllowed} faults of this machine in a row, the last one: ${message}`.slice(0, 500)
  await tx.$executeRaw`
    UPDATE "Worker" SET "nodeFaults" = "nodeFaults" + 1,
      "quarantinedAt" = CASE WHEN "nodeFaults" + 1 >= ${nodeFaultsAllowed} THEN coalesce("quarantinedAt", clock_timestamp()) ELSE "quarantinedAt" END,
      "quarantineReason" = CASE WHEN "nodeFaults" + 1 >= ${nodeFaultsAllowed} THEN coalesce("quarantineReason", ${reason}) ELSE "quarantineReason" END
    WHERE id = ${workerId}`
  await notifyChange(tx, { topic: 'worker', id: workerId })
}

/** A job that went well ends the row of faults. */
export async function clearNodeFaults(tx: Transaction, workerId: string): Promise<void> {
  await tx.$executeRaw`UPDATE "Worker" SET "nodeFaults" = 0 WHERE id = ${workerId} AND "nodeFaults" > 0`
}
