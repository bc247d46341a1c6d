import { leaveInput } from '@graft/contracts/worker-protocol'
import { notifyChange } from '@graft/db/notifications'
import { workerProcedure } from '../trpc.ts'

/** A worker goes. Jobs that it still holds run out with their leases. */
export const leave = workerProcedure.input(leaveInput).mutation(async ({ ctx: { server }, input }): Promise<void> => {
  await server.db.$executeRaw`UPDATE "Worker" SET "heartbeatAt" = clock_timestamp(), "leftAt" = clock_timestamp() WHERE id = ${input.workerId}`
  await notifyChange(server.db, { topic: 'worker', id: input.workerId })
})
