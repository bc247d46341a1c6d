import { renewInput, type RenewOutput } from '@graft/contracts/worker-protocol'
import { renewLease } from '@graft/queue/renew'
import { workerProcedure } from '../trpc.ts'

/** Holds a job's lease and tells its progress. */
export const renew = workerProcedure.input(renewInput).mutation(({ ctx: { server }, input: { progress, ...reference } }): Promise<RenewOutput> => renewLease(server.db, server.teller, reference, progress))
