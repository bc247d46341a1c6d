import { sweepRequestSchema } from '@graft/contracts/sweep'
import { userProcedure } from '../trpc.ts'
import { launchSweep, type CreatedSweep } from './launch-sweep.ts'

/**
 * Launches datasets x models x search space x seeds in one transaction. A point that was trained before is linked, one that waits or
 * runs for another sweep is shared, one that ended without a result is queued again; the rest are new trials.
 */
export const create = userProcedure.input(sweepRequestSchema).mutation(({ ctx: { server, caller }, input }): Promise<CreatedSweep> => server.db.$transaction((tx) => launchSweep(tx, caller.personId, input), { timeout: 300_000 }))
