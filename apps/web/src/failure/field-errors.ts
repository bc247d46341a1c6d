import { plainIssue } from '@graft/contracts/plain-issue'

/** The first error of each field in plain words, by its dotted path (`phases.0.epochs`), from zod's issues. */
export function fieldErrors(issues: readonly { path: readonly PropertyKey[]; message: string }[]): Record<string, string> {
  const errors: Record<string, string> = Object.create(null) as Record<string, string>
  for (const issue of issues) errors[issue.path.map(String).join('.')] ??= plainIssue(issue)
  return errors
}
