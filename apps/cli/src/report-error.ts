import { isGraftError } from '@graft/contracts/errors'
import { exitCodes } from './exit-codes.ts'
import { paint, printable } from './terminal.ts'

/**
 * Prints a failure as one line `error: …` and, where there is one, a line `hint: …` on stderr.
 * @returns the exit code.
 */
export function reportError(error: unknown, verbose: boolean): number {
  const known = isGraftError(error) ? error : null
  const message = error instanceof Error ? error.message : String(error)
  // The field says which value is wrong; what is not there, or may not be, names itself.
  const field = known?.field && (known.code === 'invalid_input' || known.field.startsWith('--')) && !names(message, known.field) ? `${known.field}: ` : ''
  process.stderr.write(`${paint('red', 'error:', process.stderr)} ${oneLine(field + message)}\n`)
  const hint = known ? (known.hint ?? fallbackHints[known.code]) : 'This looks like a fault of Graft: run it again with --verbose and report what it prints.'
  if (hint) process.stderr.write(`${paint('cyan', 'hint:', process.stderr)} ${oneLine(hint)}\n`)
  if (verbose && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n${error.cause instanceof Error ? `cause: ${error.cause.stack ?? error.cause.message}\n` : ''}`)
  return known ? exitCodes[known.code] : exitCodes.internal
}

/** Whether a sentence says by itself what it is about: the field `classes` in `The class "a" has no usable image`. */
const names = (message: string, field: string): boolean => message.includes(field) || message.includes(field.replace(/(?<=ss)es$|s$/, ''))

const fallbackHints: Partial<Record<string, string>> = {
  invalid_input: 'Run the command with --help to see what it takes.',
  not_found: 'Look at `graft datasets`, `graft models` and `graft status` for what there is.',
  unavailable: 'Try again in a moment; `graft status` shows whether the server and its workers are there.',
  internal: 'Run it again with --verbose and report what it prints.',
}

const oneLine = (text: string): string => text.split(/\s*\n\s*/).map(printable).join(' ').trim()
