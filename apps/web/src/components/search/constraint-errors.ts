import { isGraftError } from '@graft/contracts/errors'
import { parseConstraint } from '@graft/search/space/constraint'

/** What is wrong with each constraint of a space, by its place; by the reader that the search uses. */
export function constraintErrors(constraints: readonly string[], names: readonly string[]): Record<number, string> {
  const errors: Record<number, string> = {}
  for (const [place, text] of constraints.entries()) {
    try {
      parseConstraint(text, names, `space.constraints.${place}`)
    } catch (error) {
      if (!isGraftError(error)) throw error
      errors[place] = error.hint === undefined ? error.message : `${error.message} ${error.hint}`
    }
  }
  return errors
}
