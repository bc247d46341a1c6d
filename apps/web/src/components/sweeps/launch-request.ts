import type { Recipe } from '@graft/contracts/recipe'
import { sweepRequestSchema, type SweepRequest } from '@graft/contracts/sweep'
import { fieldErrors } from '../../failure/field-errors.ts'
import { readFailure } from '../../failure/read-failure.ts'
import { readDraft, type Draft } from '../recipe/draft.ts'
import { parseSeeds } from './parse-seeds.ts'

/** What the launch form holds. */
export interface LaunchForm {
  datasets: string[]
  models: string[]
  /** As typed. */
  seeds: string
  recipe: Draft
}

export interface LaunchErrors {
  datasets?: string
  models?: string
  seeds?: string
  /** Of the recipe, by dotted path (`phases.0.epochs`). */
  recipe: Readonly<Record<string, string>>
}

export interface ReadLaunch {
  /** Null while something is wrong. */
  request: SweepRequest | null
  errors: LaunchErrors
  /** The recipe where it is right, whatever else is wrong. */
  recipe: Recipe | null
}

/** The form as the request it stands for, or what is wrong with it, field by field. */
export function readLaunch(form: LaunchForm, presets: readonly Recipe[]): ReadLaunch {
  const seeds = parseSeeds(form.seeds)
  const { recipe, errors: ofRecipe } = readDraft(form.recipe, presets)
  const parsed = sweepRequestSchema.omit({ recipe: true }).safeParse({ datasets: form.datasets, models: form.models, seeds: 'seeds' in seeds ? seeds.seeds : [0] })
  const errors: LaunchErrors = { recipe: ofRecipe, ...('error' in seeds ? { seeds: seeds.error } : {}) }
  if (!parsed.success) for (const [path, message] of Object.entries(fieldErrors(parsed.error.issues))) placeError(errors, path, message)
  return { request: parsed.success && recipe !== null && 'seeds' in seeds ? { ...parsed.data, recipe } : null, errors, recipe }
}

function placeError(errors: LaunchErrors, path: string, message: string): boolean {
  const top = path.split('.')[0]
  if (top !== 'datasets' && top !== 'models' && top !== 'seeds') return false
  errors[top] ??= message
  return true
}

/**
 * What the server refused, at the field that it names; null where that is none of the form's. Its paths begin with `recipe.` or,
 * where the engine's own check spoke, inside the recipe.
 */
export function refusedField(error: unknown): LaunchErrors | null {
  const { field, message, hint } = readFailure(error)
  if (field === undefined) return null
  const sentence = hint === undefined ? message : `${message} ${hint}`
  const errors: LaunchErrors = { recipe: {} }
  if (placeError(errors, field, sentence)) return errors
  const path = field.replace(/^recipe\./, '')
  return /^(name|phases|head|loss|classWeights|augmentation|network|testTimeAugmentation)\b/.test(path) ? { recipe: { [path]: sentence } } : null
}
