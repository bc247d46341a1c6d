import { heartbeatInput, type HeartbeatOutput } from '@graft/contracts/worker-protocol'
import type { Statement } from '@graft/db/statements'
import { standingOf, unknownWorker, type StandingColumns } from '@graft/queue/worker-standing'
import { workerProcedure } from '../trpc.ts'

const beat: Statement = {
  name: 'worker-heartbeat',
  text: `
    UPDATE "Worker" SET "heartbeatAt" = clock_timestamp(), "leftAt" = NULL, usage = $2::jsonb, "usageAt" = clock_timestamp() WHERE id = $1
    RETURNING "drainingAt", "quarantinedAt", "quarantineReason"`,
}

/** A worker tells that it is there and what it uses of its machine; it is told whether it may take jobs. */
export const heartbeat = workerProcedure.input(heartbeatInput).mutation(async ({ ctx: { server }, input: { workerId, usage } }): Promise<HeartbeatOutput> => {
  const [worker] = await server.db.statements.rows<StandingColumns>(beat, [workerId, JSON.stringify(usage)])
  if (worker === undefined) throw unknownWorker()
  server.teller.tell({ topic: 'worker', id: workerId })
  return standingOf(worker)
})
