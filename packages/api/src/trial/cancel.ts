import { cancelJobs } from '@graft/queue/cancel'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findTrial } from './trial-rows.ts'

/** Stops a trial that waits or runs. One that has ended stays as it is (`cancelled` is then false). */
export const cancel = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server }, input }): Promise<{ id: string; cancelled: boolean }> =>
  server.db.$transaction(async (tx) => {
    const { jobId } = await findTrial(tx, input.id)
    return { id: input.id, cancelled: (await cancelJobs(tx, [jobId])) > 0 }
  }),
)
