import { retryJobs } from '@graft/queue/retry'
import { z } from 'zod'
import { reopenConfigurations } from '../sweep/reopen-configurations.ts'
import { userProcedure } from '../trpc.ts'
import { findTrial, toTrialPayload } from './trial-rows.ts'

/** Queues a failed or cancelled trial again. @throws GraftError `conflict` in any other state. */
export const retry = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server }, input }): Promise<{ id: string }> => {
  await server.db.$transaction(async (tx) => {
    const row = await findTrial(tx, input.id)
    await reopenConfigurations(tx, [row.id])
    await retryJobs(tx, [{ id: row.jobId, payload: toTrialPayload(row) }])
  })
  return { id: input.id }
})
