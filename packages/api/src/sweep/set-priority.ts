import { sweepPrioritySchema } from '@graft/contracts/sweep'
import { notifyChange } from '@graft/db/notifications'
import { setPriority as setJobPriority } from '@graft/queue/priority'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { lockOwnSweep } from './lock-sweep.ts'
import { ownJobs } from './sweep-jobs.ts'

/** Moves a sweep's trials, present and future, before or behind others of the same person: higher goes first. */
export const setPriority = userProcedure.input(z.object({ id: z.string(), priority: sweepPrioritySchema })).mutation(async ({ ctx: { server, caller }, input: { id, priority } }): Promise<{ priority: number }> =>
  server.db.$transaction(async (tx) => {
    const sweep = await lockOwnSweep(tx, caller, id)
    await tx.sweep.update({ where: { id: sweep.id }, data: { priority } })
    await setJobPriority(tx, await ownJobs(tx, sweep.id, ['queued', 'running', 'paused']), priority)
    await notifyChange(tx, { topic: 'sweep', id: sweep.id })
    return { priority }
  }),
)
