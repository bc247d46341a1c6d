import { GraftError } from '@graft/contracts/errors'
import { notifyChange } from '@graft/db/notifications'
import { cancelJobs } from '@graft/queue/cancel'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'

/** Stops a sweep's trials that wait or run, but those that another sweep still wants. Results that are there stay. */
export const cancel = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server }, input }): Promise<{ cancelled: number }> =>
  server.db.$transaction(async (tx) => {
    const { count } = await tx.sweep.updateMany({ where: { id: input.id }, data: { cancelledAt: new Date() } })
    if (count === 0) throw new GraftError('not_found', `There is no sweep ${input.id.slice(0, 40)}.`, { field: 'id' })
    const trials = await tx.trial.findMany({
      where: { memberships: { some: { sweepId: input.id }, none: { sweepId: { not: input.id }, sweep: { cancelledAt: null } } } },
      select: { jobId: true },
    })
    await notifyChange(tx, { topic: 'sweep', id: input.id })
    return { cancelled: await cancelJobs(tx, trials.map(({ jobId }) => jobId)) }
  }),
)
