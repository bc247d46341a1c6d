interface Issue {
  path: readonly PropertyKey[]
  message: string
  code?: string | undefined
}

/** zod's own sentences are written for programmers: the common ones in plain words. Sentences of our schemas stay. */
function plainMessage(issue: Issue): string {
  const { message } = issue
  if (/expected number, received (NaN|undefined|null|string)/.test(message)) return 'A number is needed.'
  if (/expected int/.test(message)) return 'A whole number is needed.'
  const bound = /^Too (big|small): expected (number|int|array|string) to (?:be|have) (<=|<|>=|>) ?(\S+)/.exec(message)
  if (bound === null) return message
  const words = { '<=': 'At most', '<': 'Less than', '>=': 'At least', '>': 'More than' }[bound[3] as '<=' | '<' | '>=' | '>']
  return `${words} ${bound[4]}.`
}

/** The first error of each field, by its dotted path (`phases.0.epochs`), from zod's issues. */
export function fieldErrors(issues: readonly Issue[]): Record<string, string> {
  const errors: Record<string, string> = Object.create(null) as Record<string, string>
  for (const issue of issues) errors[issue.path.map(String).join('.')] ??= plainMessage(issue)
  return errors
}
