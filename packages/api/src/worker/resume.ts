import { z } from 'zod'
import { notifyChange } from '@graft/db/notifications'
import type { WorkerStanding } from '@graft/contracts/worker-protocol'
import { findWorker, standingOf } from '@graft/queue/worker-standing'
import { administratorProcedure } from '../trpc.ts'

/** A worker is given jobs again: ends its draining, lifts its quarantine and forgets its faults. @throws GraftError `not_found`. */
export const resume = administratorProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server }, input: { id } }): Promise<WorkerStanding> => {
  await findWorker(server.db, id)
  const worker = await server.db.worker.update({ where: { id }, data: { drainingAt: null, quarantinedAt: null, quarantineReason: null, nodeFaults: 0 } })
  await notifyChange(server.db, { topic: 'worker', id })
  return standingOf(worker)
})
