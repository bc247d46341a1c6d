import { resumeJobs } from '@graft/queue/pause'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { advanceLocked } from './advance-sweep.ts'
import { changeSweepState } from './change-sweep-state.ts'
import { lockOwnSweep } from './lock-sweep.ts'
import { requeueTrials } from './retry.ts'

/**
 * A paused sweep goes on from its checkpoints; of a cancelled one the cancelled trials are queued again. Of one that runs, so do the
 * trials that their workers have paused (a full disk).
 *
 * @throws GraftError `conflict` for a sweep that is finished, or runs and has no paused trial.
 */
export const resume = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server, caller }, input }): Promise<{ resumed: number }> =>
  server.db.$transaction(
    async (tx) => {
      const before = await lockOwnSweep(tx, caller, input.id)
      const stuck = before.state === 'running' ? await tx.trial.count({ where: { memberships: { some: { sweepId: before.id } }, job: { state: 'paused' } } }) : 0
      const sweep = stuck > 0 ? before : await changeSweepState(tx, before, 'running')
      const trials = await tx.trial.findMany({ where: { memberships: { some: { sweepId: sweep.id } }, job: { state: { in: ['paused', 'running'] } } }, select: { jobId: true } })
      const resumed = await resumeJobs(tx, trials.map(({ jobId }) => jobId))
      const requeued = before.state === 'cancelled' ? await requeueTrials(tx, sweep.id, 'cancelled') : 0
      await advanceLocked(tx, sweep)
      return { resumed: resumed + requeued }
    },
    { timeout: 300_000 },
  ),
)
