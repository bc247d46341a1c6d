import type { MetricName, MetricPoint } from '@graft/contracts/trial'
import { createBell } from '@graft/queue/bell'
import { tracked } from '@trpc/server'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findTrial } from './trial-rows.ts'

/** Should a notification get lost, the stream looks by itself this often. */
const pollMilliseconds = 15_000

/**
 * A trial's metrics as they come, in batches; first those that are there. The event id is the number of the last write the
 * batch holds: a stream that broke goes on after it. Points of a new attempt replace those of the same step and name. Ends
 * when the trial is finished.
 */
export const onMetrics = userProcedure
  .input(z.object({ id: z.string(), lastEventId: z.string().regex(/^\d{1,18}$/, 'Not an event of this stream.').nullish() }))
  .subscription(async function* ({ ctx: { server }, input, signal }) {
    const { jobId } = await findTrial(server.db, input.id)
    const bell = createBell()
    const unsubscribe = server.notifications.subscribe({ connected: bell.ring, change: ({ topic, id }) => topic === 'trial' && id === input.id && bell.ring() })
    signal?.addEventListener('abort', bell.ring)
    try {
      let last = BigInt(input.lastEventId ?? 0)
      for (;;) {
        bell.reset()
        const job = await server.db.job.findUnique({ where: { id: jobId }, select: { state: true } }) // before the metrics: what ends it comes after them
        const rows = await server.db.epochMetric.findMany({ where: { trialId: input.id, sequence: { gt: last } }, orderBy: { sequence: 'asc' } })
        last = rows.at(-1)?.sequence ?? last
        if (rows.length > 0) yield tracked(String(last), rows.map(({ step, name, value }): MetricPoint => ({ step, name: name as MetricName, value })))
        if (signal?.aborted || job === null || job.state === 'finished') return
        if (rows.length === 0) await bell.wait(pollMilliseconds)
      }
    } finally {
      unsubscribe()
      signal?.removeEventListener('abort', bell.ring)
    }
  })
