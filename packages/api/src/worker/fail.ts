import { failInput } from '@graft/contracts/worker-protocol'
import { failAttempt } from '@graft/queue/fail'
import { workerProcedure } from '../trpc.ts'
import { toReport } from './error-report.ts'

/** An attempt ends with an error. */
export const fail = workerProcedure
  .input(failInput)
  .mutation(({ ctx: { server }, input: { error, retryable, cause, ...reference } }): Promise<void> => failAttempt(server.db, reference, { error: toReport(error), retryable, cause }))
