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
  return unreachable(error, server)
}

/** Why a connection was not made, in words that lead to the mend. */
function unreachable(error: unknown, server: string): GraftError {
  const code = systemCode(error)
  if (code !== null && certificateFaults.test(code)) {
    return new GraftError('unavailable', `The certificate of ${server} is not trusted (${code}).`, {
      hint: 'Start with NODE_EXTRA_CA_CERTS set to a file (PEM) with the certificate of its authority, or of the server itself where that is self-signed.',
      details: { certificate: code },
      cause: error,
    })
  }
  return new GraftError('unavailable', `The Graft server at ${server} cannot be reached${code === null ? '' : ` (${code})`}.`, { hint: 'Start it with `npm start`, or set GRAFT_SERVER to its address.', cause: error })
}

/** What Node and OpenSSL call certificates that they do not take. */
const certificateFaults = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|ERR_TLS_CERT_)/

/** The system's code (ECONNREFUSED, ENOTFOUND) of the first error of a chain of causes that has one; null: none has. */
export function systemCode(error: unknown): string | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as NodeJS.ErrnoException
    if (typeof code === 'string') return code
  }
  return null
}
