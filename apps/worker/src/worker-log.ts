import type { GraftError } from '@graft/contracts/errors'
import { z } from 'zod'

/** `plain`: the time and a sentence. `json`: an object a line, for whoever collects logs. */
export const logFormatSchema = z.enum(['plain', 'json'], 'The format of the log is plain or json.')
export type LogFormat = z.infer<typeof logFormatSchema>

export type LogLevel = 'info' | 'error'

/** A line of a worker's log. `worker`: its name, which an object carries for a log of many. */
export function logLine(format: LogFormat, worker: string, message: string, level: LogLevel = 'info', now = new Date()): string {
  return format === 'json' ? JSON.stringify({ time: now.toISOString(), level, worker, message }) : `${now.toISOString()} ${message}`
}

/** Why a worker ends. */
export function errorLine(format: LogFormat, worker: string, { message, hint }: Pick<GraftError, 'message' | 'hint'>): string {
  if (format === 'json') return logLine(format, worker, hint === undefined ? message : `${message} ${hint}`, 'error')
  return `error: ${message}${hint === undefined ? '' : `\nhint: ${hint}`}`
}
