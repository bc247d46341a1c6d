/**
 * What can go wrong, as a closed list. `packages/api` maps each code to a transport status in one table, the command line to
 * an exit code in another.
 */
export const errorCodes = [
  'invalid_input', // the caller's value is wrong: `field` names it
  'not_found',
  'conflict', // the name or the state is taken
  'unauthorized', // no or a wrong token
  'forbidden', // a known caller who may not
  'unavailable', // weights, database or network are not there now
  'stale_attempt', // a worker that lost its lease
  'too_large',
  'unsupported', // a format or an architecture that Graft does not know
  'corrupt', // a file that does not hold what it claims
  'mismatch', // weights that do not fit the network, a wrong checksum
  'aborted', // an AbortSignal fired
  'diverged', // a loss that is not finite any more
  'out_of_memory', // of the machine or of its device
  'disk_full',
  'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

export interface GraftErrorOptions {
  /** What to do about it, in one sentence. */
  hint?: string
  /** Path of the field at fault, as a form or a recipe names it: `head.dense.0.units`. */
  field?: string
  /** Machine-readable particulars. */
  details?: Record<string, unknown>
  cause?: unknown
}

const marker = Symbol.for('graft.error')

/** An error that a person can act on: names the thing, says what was expected, hints at the mend. */
export class GraftError extends Error {
  readonly [marker] = true
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly field: string | undefined
  readonly details: Record<string, unknown> | undefined

  constructor(code: ErrorCode, message: string, options: GraftErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'GraftError'
    this.code = code
    this.hint = options.hint
    this.field = options.field
    this.details = options.details
  }
}

/** Whether a value is a GraftError, also one that another copy of this module made (a marker, not instanceof). */
export function isGraftError(value: unknown): value is GraftError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true
}

/** A GraftError as plain data: what crosses processes and is stored with a failed attempt. */
export interface ErrorReport {
  code: ErrorCode
  message: string
  hint?: string
  field?: string
  details?: Record<string, unknown>
}

/** Any thrown value as an ErrorReport; what is no GraftError becomes `internal`. */
export function toErrorReport(value: unknown): ErrorReport {
  if (isGraftError(value)) {
    return {
      code: value.code,
      message: value.message,
      ...(value.hint === undefined ? {} : { hint: value.hint }),
      ...(value.field === undefined ? {} : { field: value.field }),
      ...(value.details === undefined ? {} : { details: value.details }),
    }
  }
  if (value instanceof Error && value.name === 'AbortError') return { code: 'aborted', message: 'Stopped.' }
  return { code: 'internal', message: value instanceof Error ? value.message : String(value) }
}

/** The reverse of toErrorReport. */
export function fromErrorReport(report: ErrorReport): GraftError {
  return new GraftError(report.code, report.message, report)
}
