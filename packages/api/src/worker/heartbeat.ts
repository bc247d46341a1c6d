import { heartbeatInput, type HeartbeatOutput } from '@graft/contracts/worker-protocol'
import { notifyChange } from '@graft/db/notifications'
import { findWorker, standingOf } from '@graft/queue/worker-standing'
import { workerProcedure } from '../trpc.ts'

/** A worker tells that it is there and what it uses of its machine; it is told whether it may take jobs. */
export const heartbeat = workerProcedure.input(heartbeatInput).mutation(async ({ ctx: { server }, input: { workerId, usage } }): Promise<HeartbeatOutput> => {
  await server.db.$executeRaw`
    UPDATE "Worker" SET "heartbeatAt" = clock_timestamp(), "leftAt" = NULL, usage = ${JSON.stringify(usage)}::jsonb, "usageAt" = clock_timestamp() WHERE id = ${workerId}`
  const standing = standingOf(await findWorker(server.db, workerId))
  await notifyChange(server.db, { topic: 'worker', id: workerId })
  return standing
})
