import { canonicalJson, type Recipe } from '@graft/contracts/recipe'
import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import { sweepRequestSchema, type SweepRequest } from '@graft/contracts/sweep'
import { fieldErrors } from '../../failure/field-errors.ts'
import { augmentationOf, formOfAugmentation, type AugmentationForm } from './augmentation-form.ts'
import { parseSeeds } from './parse-seeds.ts'

/** What the launch form holds: text as typed. */
export interface RecipeForm {
  /** Empty: named by what it does. */
  name: string
  epochs: string
  batchSize: string
  optimizer: OptimizerRecipe['name']
  learningRate: string
  /** Units of the dense layers, with commas; empty for a softmax straight on the features. */
  denseUnits: string
  dropout: string
  augmentation: AugmentationForm
}

export interface LaunchForm {
  datasets: string[]
  models: string[]
  seeds: string
  recipe: RecipeForm
}

/** Keyed by the form's fields. */
export type LaunchErrors = Partial<Record<'datasets' | 'models' | 'seeds' | keyof RecipeForm, string>>

export type ReadLaunch = { request: SweepRequest; errors: LaunchErrors } | { request: null; errors: LaunchErrors }

const numberOf = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))

/** A recipe as the form shows it. */
export function formOfRecipe(recipe: Recipe): RecipeForm {
  const phase = recipe.phases[0]!
  return {
    name: '',
    epochs: String(phase.epochs),
    batchSize: String(phase.batchSize),
    optimizer: phase.optimizer.name,
    learningRate: String(phase.optimizer.learningRate),
    denseUnits: recipe.head.dense.map(({ units }) => units).join(', '),
    dropout: String(recipe.head.dense[0]?.dropout ?? 0),
    augmentation: formOfAugmentation(recipe.augmentation),
  }
}

/** What a recipe does, in a few words: the name of one that nobody named. */
function describe(form: RecipeForm): string {
  const dense = form.denseUnits.trim() === '' ? 'no dense layer' : `dense ${form.denseUnits.trim()}`
  const dropout = form.denseUnits.trim() === '' || numberOf(form.dropout) === 0 ? '' : `, dropout ${form.dropout.trim()}`
  return `${form.optimizer} ${form.learningRate.trim()}, ${dense}${dropout}, ${form.epochs.trim()} epochs, batch ${form.batchSize.trim()}${form.augmentation.isOn ? ', augmented' : ''}`.slice(0, 100)
}

/** The optimizer of the preset keeps its other settings; another one takes Keras's defaults. */
function optimizerOf(form: RecipeForm, preset: Recipe): unknown {
  const original = preset.phases[0]!.optimizer
  const learningRate = numberOf(form.learningRate)
  return original.name === form.optimizer ? { ...original, learningRate } : { name: form.optimizer, learningRate }
}

function recipeOf(form: RecipeForm, preset: Recipe): unknown {
  const pieces = form.denseUnits.split(/[,\s]+/).filter(Boolean)
  const dropout = numberOf(form.dropout)
  // What the form does not show (further phases, the loss, ...) stays as the preset has it.
  const { name: _name, ...original } = preset
  const augmentation = augmentationOf(form.augmentation, preset.augmentation)
  const built = {
    ...original,
    phases: [{ ...preset.phases[0]!, epochs: numberOf(form.epochs), batchSize: numberOf(form.batchSize), optimizer: optimizerOf(form, preset) }, ...preset.phases.slice(1)],
    head: { ...preset.head, dense: pieces.map((units, layer) => ({ activation: 'relu', ...preset.head.dense[layer], units: numberOf(units), dropout })) },
    augmentation,
  }
  const unchanged = canonicalJson(built) === canonicalJson(original)
  return { ...built, name: form.name.trim() || (unchanged ? preset.name : describe(form)) }
}

/** The name the recipe will have. */
export function recipeNameOf(form: RecipeForm, preset: Recipe): string {
  return (recipeOf(form, preset) as { name: string }).name
}

/** Paths of the schema as fields of the form. */
const fieldOfPath: readonly [RegExp, keyof LaunchErrors][] = [
  [/^datasets/, 'datasets'],
  [/^models/, 'models'],
  [/^seeds/, 'seeds'],
  [/^recipe\.name/, 'name'],
  [/^recipe\.phases\.0\.epochs/, 'epochs'],
  [/^recipe\.phases\.0\.batchSize/, 'batchSize'],
  [/^recipe\.phases\.0\.optimizer\.learningRate/, 'learningRate'],
  [/^recipe\.phases\.0\.optimizer/, 'optimizer'],
  [/^recipe\.head\.dense\.\d+\.dropout/, 'dropout'],
  [/^recipe\.head/, 'denseUnits'],
  [/^recipe\.augmentation/, 'augmentation'],
]

/** The field of the form that an error of the schema, or of the server, is about. */
export function launchFieldOf(path: string): keyof LaunchErrors | undefined {
  const full = /^(datasets|models|seeds|recipe)/.test(path) ? path : `recipe.${path}`
  return fieldOfPath.find(([pattern]) => pattern.test(full))?.[1]
}

/** The form as the request it stands for, or what is wrong with it, field by field. */
export function readLaunch(form: LaunchForm, preset: Recipe): ReadLaunch {
  const seeds = parseSeeds(form.seeds)
  const parsed = sweepRequestSchema.safeParse({ datasets: form.datasets, models: form.models, seeds: 'seeds' in seeds ? seeds.seeds : [0], recipe: recipeOf(form.recipe, preset) })
  const errors: LaunchErrors = 'error' in seeds ? { seeds: seeds.error } : {}
  if (!parsed.success) {
    for (const [path, message] of Object.entries(fieldErrors(parsed.error.issues))) {
      const field = launchFieldOf(path)
      if (field !== undefined) errors[field] ??= message
    }
  }
  return parsed.success && 'seeds' in seeds ? { request: parsed.data, errors } : { request: null, errors }
}
