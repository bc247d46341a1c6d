import { claimInput, type ClaimOutput } from '@graft/contracts/worker-protocol'
import { workerProcedure } from '../trpc.ts'

/** The next job for a worker; waits for one up to `waitSeconds`. Says too whether the worker is given any. */
export const claim = workerProcedure.input(claimInput).mutation(({ ctx: { server }, input, signal }): Promise<ClaimOutput> => server.dispatcher.claim(input, signal))
