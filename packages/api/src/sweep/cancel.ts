import { cancelJobs } from '@graft/queue/cancel'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { changeSweepState } from './change-sweep-state.ts'
import { closeConfigurations } from './close-configurations.ts'
import { lockOwnSweep } from './lock-sweep.ts'
import { ownJobs } from './sweep-jobs.ts'

/**
 * Stops a sweep's trials that wait, run or are paused, but those that another running sweep still wants; workers hear it with their
 * next renewal. Results that are there stay. A sweep that has ended stays as it is.
 */
export const cancel = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server, caller }, input }): Promise<{ cancelled: number }> =>
  server.db.$transaction(async (tx) => {
    const sweep = await lockOwnSweep(tx, caller, input.id)
    if (sweep.state === 'finished' || sweep.state === 'cancelled') return { cancelled: 0 }
    await changeSweepState(tx, sweep, 'cancelled')
    const cancelled = await cancelJobs(tx, await ownJobs(tx, sweep.id, ['queued', 'running', 'paused']))
    await closeConfigurations(tx, sweep)
    await tx.sweepConfiguration.updateMany({ where: { sweepId: sweep.id, state: 'running' }, data: { state: 'cancelled' } })
    return { cancelled }
  }),
)
