import { sweepRequestSchema, type SweepEstimate } from '@graft/contracts/sweep'
import { userProcedure } from '../trpc.ts'
import { forecastSweep } from './forecast-sweep.ts'
import { prepareSweep } from './prepare-sweep.ts'

/** What a launch would cost, before it is pressed. Refuses what `sweep.create` would refuse. */
export const estimate = userProcedure.input(sweepRequestSchema).query(async ({ ctx: { server }, input }): Promise<SweepEstimate> => forecastSweep(server.db, input, await prepareSweep(server.db, input)))
