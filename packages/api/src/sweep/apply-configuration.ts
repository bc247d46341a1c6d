import { GraftError } from '@graft/contracts/errors'
import { plainIssue } from '@graft/contracts/plain-issue'
import { recipeSchema, type Recipe } from '@graft/contracts/recipe'
import type { Configuration, JsonValue } from '@graft/contracts/search-space'

/** Parameters that choose what is trained on, not how. */
export const targetParameters: ReadonlySet<string> = new Set(['dataset', 'model'])

type Container = Record<string, unknown> | unknown[]

/**
 * The recipe at one point of a search space. Each parameter is set at its path; null takes what is there away. Another `name` or
 * `kind` (of an optimizer, a schedule, a loss) starts from that kind's defaults, whatever the base had there. Shorter paths go
 * first, so that `phases.0.optimizer.learningRate` is set in the optimizer that `phases.0.optimizer` chose.
 *
 * @throws GraftError `invalid_input` at the parameter whose value the recipe's schema refuses, or whose path leads nowhere.
 */
export function applyConfiguration(base: Recipe, configuration: Configuration): Recipe {
  const entries = Object.entries(configuration).filter(([name]) => !targetParameters.has(name)).toSorted(byDepth)
  if (entries.length === 0) return base
  const recipe = structuredClone(base) as Record<string, unknown>
  for (const [name, value] of entries) setAt(recipe, name, value)
  const parsed = recipeSchema.safeParse(recipe)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  // A key that the schema does not know is told at the object that has it.
  const path = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.')
  const parameter = parameterAt(entries.map(([name]) => name), path)
  throw new GraftError('invalid_input', `The recipe does not take ${parameter} = ${JSON.stringify(configuration[parameter])}: ${path === '' || path === parameter ? '' : `${path}: `}${plainIssue(issue)}`, {
    hint: 'Change the parameter’s values, or give it a condition (`when`).',
    field: fieldOf(parameter),
    details: { configuration, path },
  })
}

/** Where a parameter stands in a request. */
export const fieldOf = (parameter: string): string => `search.space.parameters.${parameter}`

const depth = (name: string): number => name.split('.').length
const chooses = (name: string): boolean => /\.(name|kind)$/.test(name)
const byDepth = ([a]: [string, unknown], [b]: [string, unknown]): number => depth(a) - depth(b) || Number(chooses(b)) - Number(chooses(a)) || (a < b ? -1 : a > b ? 1 : 0)

/** The parameter that an issue at `path` comes from: the longest that is a part of it, or that it is a part of; else the one with most in common. */
function parameterAt(names: readonly string[], path: string): string {
  const shared = (name: string): number => {
    const [a, b] = [name.split('.'), path.split('.')]
    let count = 0
    while (count < a.length && a[count] === b[count]) count += 1
    return count
  }
  return names.toSorted((a, b) => shared(b) - shared(a) || depth(b) - depth(a))[0]!
}

function setAt(recipe: Record<string, unknown>, name: string, value: JsonValue): void {
  const path = name.split('.')
  if (name === 'name') throw new GraftError('invalid_input', '“name” is what a recipe is called: there is nothing to search in it.', { field: fieldOf(name) })
  let at: Container = recipe
  for (const [index, part] of path.slice(0, -1).entries()) {
    const existing = childOf(at, part, name)
    // A part that the base does not have (`augmentation.rotation` without augmentation) begins empty.
    const child: Container = typeof existing === 'object' && existing !== null ? (existing as Container) : /^\d+$/.test(path[index + 1]!) ? [] : {}
    put(at, part, child)
    at = child
  }
  const last = path.at(-1)!
  const before = childOf(at, last, name)
  if (value === null) return remove(at, last)
  if (chooses(name) && before !== value) for (const other of Object.keys(at)) if (other !== last) delete (at as Record<string, unknown>)[other]
  put(at, last, structuredClone(value))
}

function childOf(at: Container, part: string, name: string): unknown {
  if (!Array.isArray(at)) return Object.hasOwn(at, part) ? at[part] : undefined
  const index = Number(part)
  if (Number.isInteger(index) && index >= 0 && index <= at.length) return at[index]
  throw new GraftError('invalid_input', `There is no ${name} in this recipe: ${Number.isInteger(index) ? `the list has ${at.length} ${at.length === 1 ? 'entry' : 'entries'}` : `“${part}” is no place in a list`}.`, { hint: 'Places are counted from 0: phases.0, head.dense.0.', field: fieldOf(name) })
}

function put(at: Container, part: string, value: unknown): void {
  if (Array.isArray(at)) at[Number(part)] = value
  else at[part] = value
}

function remove(at: Container, part: string): void {
  if (Array.isArray(at)) at.splice(Number(part), 1)
  else delete at[part]
}
