import { cancelJobs } from '@graft/queue/cancel'
import { z } from 'zod'
import { requireOwner } from '../auth/require-owner.ts'
import { userProcedure } from '../trpc.ts'
import { findTrial } from './trial-rows.ts'

/** Stops a trial that waits or runs. One that has ended stays as it is (`cancelled` is then false). @throws GraftError `forbidden` where it is someone else’s. */
export const cancel = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server, caller }, input }): Promise<{ id: string; cancelled: boolean }> =>
  server.db.$transaction(async (tx) => {
    const { jobId, job } = await findTrial(tx, input.id)
    await requireOwner(tx, caller, job.personId, `“${job.title}”`)
    return { id: input.id, cancelled: (await cancelJobs(tx, [jobId])) > 0 }
  }),
)
