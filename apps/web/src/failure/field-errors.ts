import { plainIssue } from '@graft/contracts/plain-issue'

interface Issue {
  path: readonly PropertyKey[]
  message: string
  /** Of a value that may have several forms: what is wrong with it as each of them. */
  errors?: readonly (readonly Issue[])[]
}

const deepest = (issues: readonly Issue[]): number => Math.max(...issues.map(({ path }) => path.length))

/** The form that was meant is the one that fits best: the fewest things wrong, the deepest inside. */
function meant(issue: Issue): readonly Issue[] {
  const [best] = (issue.errors ?? []).filter((issues) => issues.length > 0).toSorted((a, b) => a.length - b.length || deepest(b) - deepest(a))
  if (best === undefined) return [issue]
  return best.flatMap(meant).map(({ path, message }) => ({ path: [...issue.path, ...path], message }))
}

/** The first error of each field in plain words, by its dotted path (`phases.0.epochs`), from zod's issues. */
export function fieldErrors(issues: readonly Issue[]): Record<string, string> {
  const errors: Record<string, string> = Object.create(null) as Record<string, string>
  for (const issue of issues.flatMap(meant)) errors[issue.path.map(String).join('.')] ??= plainIssue(issue)
  return errors
}
