import { canonicalJson, recipeSchema, type Recipe } from '@graft/contracts/recipe'
import { fieldErrors } from '../../failure/field-errors.ts'
import { describeRecipe } from './recipe-words.ts'

/** A recipe while it is written: what the schema takes, or what was typed in its place. The form and the text are two views of it. */
export type Draft = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a dotted path (`phases.0.epochs`), as errors name it; undefined where there is none. */
export function valueAt(draft: unknown, path: string): unknown {
  let value = draft
  for (const key of path.split('.')) value = Array.isArray(value) ? value[Number(key)] : isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return value
}

/** The draft with another value at the path; objects on the way are made, `undefined` takes the field away. */
export function withValue<Whole>(draft: Whole, path: string, value: unknown): Whole {
  const [key, ...rest] = path.split('.') as [string, ...string[]]
  const inner = (before: unknown) => (rest.length === 0 ? value : withValue(before ?? {}, rest.join('.'), value))
  if (Array.isArray(draft)) return draft.with(Number(key), inner(draft[Number(key)])) as Whole
  const { [key]: before, ...others } = (isObject(draft) ? draft : {}) as Record<string, unknown>
  const after = inner(before)
  if (after === undefined) return others as Whole
  // In its old place, so that the text does not jump about.
  return (before === undefined ? { ...others, [key]: after } : { ...(draft as object), [key]: after }) as Whole
}

export type ReadDraft = { recipe: Recipe; errors: Readonly<Record<string, string>> } | { recipe: null; errors: Readonly<Record<string, string>> }

const withoutName = ({ name: _name, ...how }: Recipe): string => canonicalJson(how)

/**
 * The recipe that a draft stands for, or what is wrong with it, by dotted path. Without a name of its own it has the name of the
 * preset that trains alike, or says what it does.
 */
export function readDraft(draft: Draft, presets: readonly Recipe[]): ReadDraft {
  const given = typeof draft.name === 'string' && draft.name.trim() === '' ? undefined : draft.name
  const parsed = recipeSchema.safeParse({ ...draft, name: given })
  if (!parsed.success) return { recipe: null, errors: fieldErrors(parsed.error.issues) }
  if (given !== undefined) return { recipe: parsed.data, errors: {} }
  const alike = presets.find((preset) => withoutName(preset) === withoutName(parsed.data))
  return { recipe: { ...parsed.data, name: alike?.name ?? describeRecipe(parsed.data) }, errors: {} }
}

/** A recipe to write on. Its name is left out: it follows from what is written, until one is given. */
export function draftOf({ name: _name, ...recipe }: Recipe): Draft {
  return recipe
}
