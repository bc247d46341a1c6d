import { pruneInput } from '@graft/contracts/worker-protocol'
import { pruneAttempt } from '@graft/queue/prune'
import { workerProcedure } from '../trpc.ts'

/** An attempt has stopped because the search told it to. */
export const prune = workerProcedure.input(pruneInput).mutation(({ ctx: { server }, input }): Promise<void> => pruneAttempt(server.db, input))
