import type { ErrorCode, ErrorReport } from '@graft/contracts/errors'
import { isGraftError, toErrorReport } from '@graft/contracts/errors'
import { plainIssue } from '@graft/contracts/plain-issue'
import { toDatabaseError } from '@graft/db/database-errors'
import type { TRPCError } from '@trpc/server'
import { ZodError } from 'zod'

/** The one table from error codes to transport: HTTP status, and the name tRPC has for it. */
export const transportErrors: Readonly<Record<ErrorCode, { status: number; trpc: TRPCError['code'] }>> = {
  invalid_input: { status: 400, trpc: 'BAD_REQUEST' },
  unauthorized: { status: 401, trpc: 'UNAUTHORIZED' },
  forbidden: { status: 403, trpc: 'FORBIDDEN' },
  not_found: { status: 404, trpc: 'NOT_FOUND' },
  conflict: { status: 409, trpc: 'CONFLICT' },
  stale_attempt: { status: 409, trpc: 'CONFLICT' },
  too_large: { status: 413, trpc: 'PAYLOAD_TOO_LARGE' },
  unsupported: { status: 415, trpc: 'UNSUPPORTED_MEDIA_TYPE' },
  corrupt: { status: 422, trpc: 'UNPROCESSABLE_CONTENT' },
  mismatch: { status: 422, trpc: 'UNPROCESSABLE_CONTENT' },
  diverged: { status: 422, trpc: 'UNPROCESSABLE_CONTENT' },
  aborted: { status: 499, trpc: 'CLIENT_CLOSED_REQUEST' },
  internal: { status: 500, trpc: 'INTERNAL_SERVER_ERROR' },
  unavailable: { status: 503, trpc: 'SERVICE_UNAVAILABLE' },
  out_of_memory: { status: 503, trpc: 'SERVICE_UNAVAILABLE' },
  disk_full: { status: 507, trpc: 'SERVICE_UNAVAILABLE' },
}

/** What a caller is told of any thrown value. What nobody foresaw is told in general words: its particulars go to the log only. */
export function reportError(thrown: unknown): ErrorReport {
  const error = toDatabaseError(thrown)
  if (error instanceof ZodError) return reportInvalidInput(error)
  if (isGraftError(error) || (error instanceof Error && error.name === 'AbortError')) return toErrorReport(error)
  return { code: 'internal', message: 'The server met an error that it did not expect.', hint: "The server's log has the particulars." }
}

/** The first issue, under the path of its field; further ones as details. */
function reportInvalidInput(error: ZodError): ErrorReport {
  const [first, ...others] = error.issues
  const field = first?.path.join('.') ?? ''
  return {
    code: 'invalid_input',
    message: first === undefined ? 'The input is not valid.' : field === '' ? plainIssue(first) : `${field}: ${plainIssue(first)}`,
    ...(field === '' ? {} : { field }),
    ...(others.length === 0 ? {} : { details: { others: others.slice(0, 20).map((issue) => ({ field: issue.path.join('.'), message: plainIssue(issue) })) } }),
  }
}

/** An error as the answer of a plain HTTP handler: `{ error }`, with the message once more at the top for clients that know no Graft. */
export function errorResponse(thrown: unknown): Response {
  const report = reportError(thrown)
  if (report.code === 'internal') console.error(thrown)
  return Response.json({ error: report, message: report.message, ...(report.hint === undefined ? {} : { hint: report.hint }) }, {
    status: transportErrors[report.code].status,
    headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  })
}
