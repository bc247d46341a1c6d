import { errorCodes, type ErrorCode, type ErrorReport } from '@graft/contracts/errors'
import { failInput } from '@graft/contracts/worker-protocol'
import { failAttempt } from '@graft/queue/fail'
import { notifyFetchFailure } from '../model/fetch-failure.ts'
import { workerProcedure } from '../trpc.ts'

/** An attempt ends with an error. */
export const fail = workerProcedure.input(failInput).mutation(async ({ ctx: { server }, input: { error, retryable, ...reference } }): Promise<void> => {
  const report = toReport(error)
  await failAttempt(server.db, reference, report, retryable)
  await notifyFetchFailure(server.db, reference.jobId, report)
})

function toReport({ code, message, hint, field, details }: (typeof failInput)['_output']['error']): ErrorReport {
  const known = errorCodes.find((each): each is ErrorCode => each === code)
  return { code: known ?? 'internal', message, ...(hint === undefined ? {} : { hint }), ...(field === undefined ? {} : { field }), ...(details === undefined ? {} : { details }) }
}
