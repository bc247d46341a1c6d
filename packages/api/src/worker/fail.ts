import { errorCodes, type ErrorCode, type ErrorReport } from '@graft/contracts/errors'
import { failInput } from '@graft/contracts/worker-protocol'
import { failAttempt } from '@graft/queue/fail'
import { workerProcedure } from '../trpc.ts'

/** An attempt ends with an error. */
export const fail = workerProcedure.input(failInput).mutation(({ ctx: { server }, input: { error, retryable, ...reference } }): Promise<void> => failAttempt(server.db, reference, toReport(error), retryable))

function toReport({ code, message, hint, field, details }: (typeof failInput)['_output']['error']): ErrorReport {
  const known = errorCodes.find((each): each is ErrorCode => each === code)
  return { code: known ?? 'internal', message, ...(hint === undefined ? {} : { hint }), ...(field === undefined ? {} : { field }), ...(details === undefined ? {} : { details }) }
}
