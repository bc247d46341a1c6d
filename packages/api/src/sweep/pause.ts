import { pauseJobs } from '@graft/queue/pause'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { changeSweepState } from './change-sweep-state.ts'
import { lockOwnSweep } from './lock-sweep.ts'
import { ownJobs } from './sweep-jobs.ts'

/**
 * Nothing new of a sweep is claimed, and what runs stops at a checkpoint, but for trials that another running sweep wants. Resuming
 * goes on from there.
 *
 * @throws GraftError `conflict` for a sweep that does not run.
 */
export const pause = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server, caller }, input }): Promise<{ paused: number }> =>
  server.db.$transaction(async (tx) => {
    const sweep = await changeSweepState(tx, await lockOwnSweep(tx, caller, input.id), 'paused')
    return { paused: await pauseJobs(tx, await ownJobs(tx, sweep.id, ['queued', 'running'])) }
  }),
)
