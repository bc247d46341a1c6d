import { errorCodes, type ErrorCode, type ErrorReport } from '@graft/contracts/errors'
import type { errorReportInput } from '@graft/contracts/worker-protocol'

/** What a worker tells of an error, with a code of ours: one that this server does not know is `internal`. */
export function toReport({ code, message, hint, field, details }: (typeof errorReportInput)['_output']): ErrorReport {
  const known = errorCodes.find((each): each is ErrorCode => each === code)
  return { code: known ?? 'internal', message, ...(hint === undefined ? {} : { hint }), ...(field === undefined ? {} : { field }), ...(details === undefined ? {} : { details }) }
}
