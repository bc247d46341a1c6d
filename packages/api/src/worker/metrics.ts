import { metricsInput, type MetricsOutput } from '@graft/contracts/worker-protocol'
import { recordMetrics } from '@graft/queue/record-metrics'
import { stopEarly } from '../sweep/stop-early.ts'
import { workerProcedure } from '../trpc.ts'

/** A batch of a trial's metrics. The answer tells the worker to stop where the search expects nothing of the trial any more. */
export const metrics = workerProcedure.input(metricsInput).mutation(async ({ ctx: { server }, input: { points, ...reference } }): Promise<MetricsOutput> => {
  const order = await recordMetrics(server.db, server.teller, reference, points)
  return { order: order === 'continue' && (await stopEarly(server.db, server.curves, reference.jobId, points)) ? 'prune' : order }
})
