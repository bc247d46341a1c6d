import { claimInput, type ClaimOutput } from '@graft/contracts/worker-protocol'
import { workerProcedure } from '../trpc.ts'
import { touchWorker } from './touch-worker.ts'

/** The next job for a worker; waits for one up to `waitSeconds`. Says too whether the worker is given any. */
export const claim = workerProcedure.input(claimInput).mutation(async ({ ctx: { server }, input, signal }): Promise<ClaimOutput> => {
  await touchWorker(server.db, input.workerId)
  return server.dispatcher.claim(input, signal)
})
