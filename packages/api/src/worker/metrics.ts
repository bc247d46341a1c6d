import { metricsInput } from '@graft/contracts/worker-protocol'
import { recordMetrics } from '@graft/queue/record-metrics'
import { workerProcedure } from '../trpc.ts'

/** A batch of a trial's metrics. */
export const metrics = workerProcedure.input(metricsInput).mutation(({ ctx: { server }, input: { points, ...reference } }): Promise<void> => recordMetrics(server.db, reference, points))
