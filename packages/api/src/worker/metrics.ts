import { metricsInput, type MetricsOutput } from '@graft/contracts/worker-protocol'
import { recordMetrics } from '@graft/queue/record-metrics'
import { workerProcedure } from '../trpc.ts'

/** A batch of a trial's metrics. */
export const metrics = workerProcedure.input(metricsInput).mutation(async ({ ctx: { server }, input: { points, ...reference } }): Promise<MetricsOutput> => ({ order: await recordMetrics(server.db, server.teller, reference, points) }))
