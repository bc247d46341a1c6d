import { GraftError } from '@graft/contracts/errors'
import { plainIssue } from '@graft/contracts/plain-issue'
import type { z } from 'zod'

/** Checks a value against a schema. @throws GraftError `invalid_input` that names the first field at fault below `prefix`. */
export function requireInput<Schema extends z.ZodType>(schema: Schema, value: unknown, prefix = '', hint?: string): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = [prefix, ...(issue?.path ?? [])].filter((part) => part !== '').join('.')
  throw new GraftError('invalid_input', `${field ? `${field}: ` : ''}${issue === undefined ? 'Not valid.' : plainIssue(issue)}`, { field, ...(hint ? { hint } : {}) })
}

/** `a, b` as its parts. Names that hold a comma themselves need the option that takes one name as it is. */
export const splitList = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '')

/** `0,1,2` or `0-4` or both as numbers. @throws GraftError `invalid_input`. */
export function parseSeeds(text: string): number[] {
  return splitList(text).flatMap((part) => {
    const range = /^(\d{1,10})-(\d{1,10})$/.exec(part)
    if (range) {
      const [first, last] = [Number(range[1]), Number(range[2])]
      if (last < first || last - first >= 100) throw new GraftError('invalid_input', `--seeds: “${part}” is no range of at most 100 seeds.`, { hint: 'Write 0,1,2 or 0-4.' })
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    }
    if (!/^\d{1,10}$/.test(part)) throw new GraftError('invalid_input', `--seeds: “${part.slice(0, 40)}” is no whole number from 0.`, { hint: 'Write 0,1,2 or 0-4.' })
    return [Number(part)]
  })
}

/** An option's text as a number; NaN passes on to the schema's own message. @throws GraftError `invalid_input` for what is no number at all. */
export function parseNumber(option: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new GraftError('invalid_input', `${option}: “${text.slice(0, 40)}” is no finite number.`, { hint: `Write a number, for instance ${option} 0.001.` })
  return value
}
