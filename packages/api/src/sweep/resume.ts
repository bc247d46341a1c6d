import { resumeJobs } from '@graft/queue/pause'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { advanceLocked } from './advance-sweep.ts'
import { changeSweepState } from './change-sweep-state.ts'
import { lockSweep } from './lock-sweep.ts'
import { requeueTrials } from './retry.ts'

/**
 * A paused sweep goes on from its checkpoints; of a cancelled one the cancelled trials are queued again.
 *
 * @throws GraftError `conflict` for a sweep that runs or is finished.
 */
export const resume = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server }, input }): Promise<{ resumed: number }> =>
  server.db.$transaction(
    async (tx) => {
      const before = await lockSweep(tx, input.id)
      const sweep = await changeSweepState(tx, before, 'running')
      const trials = await tx.trial.findMany({ where: { memberships: { some: { sweepId: sweep.id } }, job: { state: { in: ['paused', 'running'] } } }, select: { jobId: true } })
      const resumed = await resumeJobs(tx, trials.map(({ jobId }) => jobId))
      const requeued = before.state === 'cancelled' ? await requeueTrials(tx, sweep.id, 'cancelled') : 0
      await advanceLocked(tx, sweep)
      return { resumed: resumed + requeued }
    },
    { timeout: 300_000 },
  ),
)
