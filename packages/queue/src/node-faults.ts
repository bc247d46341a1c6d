import type { ErrorReport } from '@graft/contracts/errors'
import { nodeFaultsAllowed } from '@graft/contracts/worker-protocol'
import { notifyChangeBy } from '@graft/db/notifications'
import type { Statement, StatementRunner } from '@graft/db/statements'

const count: Statement = {
  name: 'count-node-fault',
  text: `
    UPDATE "Worker" SET "nodeFaults" = "nodeFaults" + 1,
      "quarantinedAt" = CASE WHEN "nodeFaults" + 1 >= $2 THEN coalesce("quarantinedAt", clock_timestamp()) ELSE "quarantinedAt" END,
      "quarantineReason" = CASE WHEN "nodeFaults" + 1 >= $2 THEN coalesce("quarantineReason", $3) ELSE "quarantineReason" END
    WHERE id = $1`,
}

/** Counts a fault of a worker's machine; the third in a row puts the worker into quarantine. */
export async function countNodeFault(tx: StatementRunner, workerId: string, { message }: ErrorReport): Promise<void> {
  const reason = `${nodeFaultsAllowed} faults of this machine in a row, the last one: ${message}`.slice(0, 500)
  await tx.run(count, [workerId, nodeFaultsAllowed, reason])
  await notifyChangeBy(tx, [{ topic: 'worker', id: workerId }])
}
