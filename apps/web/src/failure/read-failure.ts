import { isGraftError, toErrorReport, type ErrorCode, type ErrorReport } from '@graft/contracts/errors'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function isReport(value: unknown): value is ErrorReport {
  return isObject(value) && typeof value.code === 'string' && typeof value.message === 'string'
}

/** What the server said of a failure, from a tRPC error, an answer of the HTTP handlers (`{ error }`), or whatever was thrown. */
export function readFailure(error: unknown): ErrorReport {
  if (isGraftError(error)) return toErrorReport(error)
  if (isObject(error)) {
    if (isObject(error.data) && isReport(error.data.report)) return error.data.report
    if (isReport(error.error)) return error.error
    if (isReport(error.report)) return error.report
  }
  const message = error instanceof Error ? error.message : String(error)
  if (/failed to fetch|networkerror|load failed|fetch failed/i.test(message)) {
    return { code: 'unavailable', message: 'The server does not answer.', hint: 'Is it still running? Start it with: npm start' }
  }
  return { code: 'internal', message }
}

const lasting: ReadonlySet<ErrorCode> = new Set(['invalid_input', 'not_found', 'conflict', 'unauthorized', 'forbidden', 'too_large', 'unsupported'])

/** Whether asking again may help. */
export function isWorthRetrying(error: unknown): boolean {
  return !lasting.has(readFailure(error).code)
}
