import { retryJobs } from '@graft/queue/retry'
import { z } from 'zod'
import { requireOwner } from '../auth/require-owner.ts'
import { reopenConfigurations } from '../sweep/reopen-configurations.ts'
import { userProcedure } from '../trpc.ts'
import { findTrial, toTrialPayload } from './trial-rows.ts'

/** Queues a failed or cancelled trial again. @throws GraftError `conflict` in any other state, `forbidden` where it is someone else’s. */
export const retry = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server, caller }, input }): Promise<{ id: string }> => {
  await server.db.$transaction(async (tx) => {
    const row = await findTrial(tx, input.id)
    await requireOwner(tx, caller, row.job.personId, `“${row.job.title}”`)
    await reopenConfigurations(tx, [row.id])
    await retryJobs(tx, [{ id: row.jobId, payload: toTrialPayload(row) }])
  })
  return { id: input.id }
})
