import { TRPCClientError } from '@trpc/client'
import { errorCodes, fromErrorReport, GraftError, isGraftError, type ErrorReport } from '@graft/contracts/errors'

const codes = new Set<string>(errorCodes)

/** Statuses of a proxy or a server that is just starting or stopping. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504])

function isReport(value: unknown): value is ErrorReport {
  if (typeof value !== 'object' || value === null) return false
  const { code, message } = value as Record<string, unknown>
  return typeof code === 'string' && codes.has(code) && typeof message === 'string'
}

/**
 * What a failed call to the server means, as a GraftError. An answer of the server keeps its code, message, hint and field;
 * everything that is no answer (refused connection, reset, gateway page) becomes `unavailable`, which may be tried again.
 */
export function fromTransport(error: unknown, server: string): GraftError {
  if (isGraftError(error)) return error
  if (error instanceof Error && error.name === 'AbortError') return new GraftError('aborted', 'Stopped.', { cause: error })
  if (error instanceof TRPCClientError) {
    const data = error.data as Record<string, unknown> | null | undefined
    const report = data?.['report']
    if (isReport(report)) return fromErrorReport(report)
    if (error.cause?.name === 'AbortError') return new GraftError('aborted', 'Stopped.', { cause: error })
    if (data) return new GraftError('internal', `The server at ${server} failed: ${error.message}`, { cause: error })
    const status = (error.meta?.['response'] as Response | undefined)?.status
    if (status !== undefined && !passing.has(status)) {
      return new GraftError('internal', `${server} answered ${status} without a message that Graft knows.`, { hint: 'Is this the address of a Graft server?', cause: error })
    }
  }
  return new GraftError('unavailable', `The Graft server at ${server} cannot be reached.`, { hint: 'Start it with `npm start`, or set GRAFT_SERVER to its address.', cause: error })
}
