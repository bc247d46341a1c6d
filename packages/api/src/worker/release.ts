import { releaseInput } from '@graft/contracts/worker-protocol'
import { releaseJob } from '@graft/queue/release'
import { workerProcedure } from '../trpc.ts'

/** A worker that shuts down gives its job back. */
export const release = workerProcedure.input(releaseInput).mutation(({ ctx: { server }, input }): Promise<void> => releaseJob(server.db, input))
