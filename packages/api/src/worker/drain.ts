import { z } from 'zod'
import { notifyChange } from '@graft/db/notifications'
import type { WorkerStanding } from '@graft/contracts/worker-protocol'
import { findWorker, standingOf } from '@graft/queue/worker-standing'
import { administratorProcedure } from '../trpc.ts'

/** A worker ends what it has and is given nothing new, until it is resumed. @throws GraftError `not_found`. */
export const drain = administratorProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server }, input: { id } }): Promise<WorkerStanding> => {
  await findWorker(server.db, id)
  await server.db.$executeRaw`UPDATE "Worker" SET "drainingAt" = coalesce("drainingAt", clock_timestamp()) WHERE id = ${id}`
  await notifyChange(server.db, { topic: 'worker', id })
  return standingOf(await findWorker(server.db, id))
})
