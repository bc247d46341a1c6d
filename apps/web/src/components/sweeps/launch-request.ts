import type { Recipe } from '@graft/contracts/recipe'
import { sweepRequestSchema, type SweepRequest } from '@graft/contracts/sweep'
import { fieldErrors } from '../../failure/field-errors.ts'
import { readFailure } from '../../failure/read-failure.ts'
import { readDraft, type Draft } from '../recipe/draft.ts'
import { constraintErrors } from '../search/constraint-errors.ts'
import { constraintsOf, parametersOf, readSearch, type SearchDraft } from '../search/search-draft.ts'
import { parseSeeds } from './parse-seeds.ts'

/** What the launch form holds. */
export interface LaunchForm {
  /** Empty: the server makes one of what is launched. */
  name: string
  datasets: string[]
  models: string[]
  /** As typed. */
  seeds: string
  recipe: Draft
  /** Null: the one recipe. */
  search: SearchDraft | null
  priority: number
}

export interface LaunchErrors {
  name?: string
  datasets?: string
  models?: string
  seeds?: string
  priority?: string
  /** Of the recipe, by dotted path (`phases.0.epochs`). */
  recipe: Readonly<Record<string, string>>
  /** Of the search, by dotted path (`space.parameters.model.values`). */
  search: Readonly<Record<string, string>>
}

export interface ReadLaunch {
  /** Null while something is wrong. */
  request: SweepRequest | null
  errors: LaunchErrors
  /** The recipe where it is right, whatever else is wrong. */
  recipe: Recipe | null
}

/** Whether a search chooses the dataset or the model itself. */
export const isSearched = ({ search }: Pick<LaunchForm, 'search'>, name: 'dataset' | 'model'): boolean => search !== null && Object.hasOwn(parametersOf(search), name)

/** The form as the request it stands for, or what is wrong with it, field by field. */
export function readLaunch(form: LaunchForm, presets: readonly Recipe[]): ReadLaunch {
  const seeds = parseSeeds(form.seeds)
  const { recipe, errors: ofRecipe } = readDraft(form.recipe, presets)
  const { search, errors: ofSearch } = form.search === null ? { search: undefined, errors: {} } : readWholeSearch(form.search)
  const datasets = isSearched(form, 'dataset') ? [] : form.datasets
  const models = isSearched(form, 'model') ? [] : form.models
  const whole = { ...(form.name.trim() === '' ? {} : { name: form.name.trim() }), datasets, models, seeds: 'seeds' in seeds ? seeds.seeds : [0], recipe: recipe ?? presets[0], priority: form.priority, ...(search == null ? {} : { search }) }
  const parsed = sweepRequestSchema.safeParse(whole)
  const errors: LaunchErrors = { recipe: ofRecipe, search: ofSearch, ...('error' in seeds ? { seeds: seeds.error } : {}) }
  if (!parsed.success) {
    for (const [path, message] of Object.entries(fieldErrors(parsed.error.issues))) {
      // While the search cannot be read, nothing tells the schema that it chooses these.
      if ((path === 'datasets' && isSearched(form, 'dataset')) || (path === 'models' && isSearched(form, 'model'))) continue
      placeError(errors, path, message)
    }
  }
  const isRight = parsed.success && recipe !== null && search !== null && 'seeds' in seeds
  return { request: isRight ? { ...parsed.data, recipe } : null, errors, recipe }
}

function readWholeSearch(draft: SearchDraft): ReturnType<typeof readSearch> {
  const read = readSearch(draft)
  const wrong = constraintErrors(constraintsOf(draft), Object.keys(parametersOf(draft)))
  if (Object.keys(wrong).length === 0) return read
  return { search: null, errors: { ...read.errors, ...Object.fromEntries(Object.entries(wrong).map(([place, message]) => [`space.constraints.${place}`, message])) } }
}

function placeError(errors: LaunchErrors, path: string, message: string): boolean {
  const top = path.split('.')[0]
  if (top !== 'name' && top !== 'datasets' && top !== 'models' && top !== 'seeds' && top !== 'priority') return false
  errors[top] ??= message
  return true
}

/**
 * What the server refused, at the field that it names; null where that is none of the form's. Its paths begin with `recipe.` or
 * `search.` or, where the engine's own check spoke, inside the recipe.
 */
export function refusedField(error: unknown): LaunchErrors | null {
  const { field, message, hint } = readFailure(error)
  if (field === undefined) return null
  const sentence = hint === undefined ? message : `${message} ${hint}`
  const errors: LaunchErrors = { recipe: {}, search: {} }
  if (placeError(errors, field, sentence)) return errors
  if (field.startsWith('search.')) return { recipe: {}, search: { [field.slice('search.'.length)]: sentence } }
  const path = field.replace(/^recipe\./, '')
  return /^(name|phases|head|loss|classWeights|augmentation|network|testTimeAugmentation)\b/.test(path) ? { recipe: { [path]: sentence }, search: {} } : null
}
