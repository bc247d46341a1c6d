import type { WorkerCapacity } from '@graft/contracts/requirements'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { unknownWorker } from './worker-standing.ts'

/** `heartbeatAt` is kept to two seconds here, so that a claim mostly reads; a worker counts as offline after thirty. */
const hear: Statement = {
  name: 'hear-worker',
  text: `
    WITH heard AS (
      UPDATE "Worker" SET "heartbeatAt" = clock_timestamp(), "leftAt" = NULL
      WHERE id = $1 AND ("leftAt" IS NOT NULL OR "heartbeatAt" < clock_timestamp() - interval '2 seconds'))
    SELECT labels, "memoryBytes"::float8 AS "memoryBytes" FROM "Worker" WHERE id = $1`,
}

/** Notes that a worker was heard of. @returns what decides which jobs it may be given. @throws GraftError `not_found` for one that never registered here. */
export async function hearWorker(run: StatementRunner, workerId: string): Promise<WorkerCapacity> {
  const [capacity] = await run.rows<WorkerCapacity>(hear, [workerId])
  if (capacity === undefined) throw unknownWorker()
  return capacity
}
