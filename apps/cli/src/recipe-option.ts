import { stat } from 'node:fs/promises'
import { recipeSchema, type Recipe } from '@graft/contracts/recipe'
import { optimizerNames } from '@graft/contracts/recipe/optimizer'
import { recipePresets, seedRecipe } from '@graft/contracts/recipe/presets'
import { GraftError } from '@graft/contracts/errors'
import { parseNumber, requireInput } from './input.ts'
import { readYamlFile } from './read-yaml-file.ts'
import { requireKnown } from './suggest.ts'

/** A recipe is a page, not a book. */
const largestRecipe = 256 * 1024

export interface RecipeOptions { recipe?: string; epochs?: string; batchSize?: string; optimizer?: string; learningRate?: string }

/** Presets by the words people type: `seed-study-fine-tuning-vgg`; what stands before a colon is enough for the first of that name (`seed-study`). */
const presetSlugs = new Map([...recipePresets.map((preset) => [slug(preset.name), preset] as const), ...recipePresets.toReversed().map((preset) => [slug(preset.name.split(':')[0] ?? preset.name), preset] as const)])

function slug(name: string): string {
  return name.toLowerCase().trim().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
}

/**
 * The recipe that the options name: a preset or a YAML/JSON file, then the single values on top of it. A value goes to every phase;
 * several with commas go to one phase after the other, and an empty place (`,1e-5`) leaves the recipe's. A recipe that was changed
 * so gets a name that says what is different.
 * @throws GraftError `invalid_input` naming the field, `not_found` for an unknown preset, `too_large`.
 */
export async function readRecipe(options: RecipeOptions): Promise<Recipe> {
  const base = options.recipe === undefined ? seedRecipe : (presetSlugs.get(slug(options.recipe)) ?? recipePresets.find((preset) => preset.name === options.recipe) ?? (await readRecipeFile(options.recipe)))
  const count = base.phases.length
  const epochs = byPhase('--epochs', options.epochs, count, parseNumber)
  const batchSizes = byPhase('--batch-size', options.batchSize, count, parseNumber)
  const optimizers = byPhase('--optimizer', options.optimizer, count, (_option, text) => optimizerName(text))
  const learningRates = byPhase('--learning-rate', options.learningRate, count, parseNumber)
  const phases = base.phases.map((phase, index) => ({
    ...phase,
    epochs: epochs.values[index] ?? phase.epochs,
    batchSize: batchSizes.values[index] ?? phase.batchSize,
    optimizer: {
      ...(optimizers.values[index] === undefined ? phase.optimizer : { name: optimizers.values[index] }),
      ...(learningRates.values[index] !== undefined && { learningRate: learningRates.values[index] }),
    },
  }))
  const changes = [epochs.said && `${epochs.said} epochs`, batchSizes.said && `${batchSizes.said} a batch`, optimizers.said, learningRates.said && `lr ${learningRates.said}`].filter((change) => change !== '')
  const changed = [base.name, ...changes].join(', ')
  const name = changed.length <= 100 ? changed : `${changed.slice(0, 99)}…`
  return requireInput(recipeSchema, { ...base, name, phases }, 'recipe', 'docs/cli.md shows a recipe with all its fields.')
}

/** One value for all phases or one each, and the words for the recipe's name. */
function byPhase<Value>(option: string, text: string | undefined, phases: number, parse: (option: string, text: string) => Value): { values: (Value | undefined)[]; said: string } {
  if (text === undefined) return { values: [], said: '' }
  const parts = text.split(',').map((part) => part.trim())
  if (parts.length > 1 && parts.length !== phases) {
    throw new GraftError('invalid_input', `${option}: ${parts.length} values, but the recipe has ${phases === 1 ? 'one phase' : `${phases} phases`}.`, { hint: `Give one value, or ${phases} with commas; an empty one leaves the recipe's.` })
  }
  const values = parts.map((part) => (part === '' && parts.length > 1 ? undefined : parse(option, part)))
  return { values: parts.length === 1 ? Array<Value | undefined>(phases).fill(values[0]) : values, said: values.map((value) => String(value ?? 'same')).join(' then ') }
}

function optimizerName(given: string): string {
  const found = optimizerNames.find((name) => name.toLowerCase() === given.toLowerCase())
  if (!found) throw new GraftError('invalid_input', `--optimizer: there is no optimizer “${given.slice(0, 40)}”.`, { hint: `There are: ${optimizerNames.join(', ')}.` })
  return found
}

async function readRecipeFile(file: string): Promise<Recipe> {
  const there = await stat(file).catch(() => null)
  if (!there?.isFile()) {
    if (!/[./\\]/.test(file)) requireKnown('recipe', file, [...presetSlugs.keys()])
    throw new GraftError('not_found', `There is no recipe file ${file}.`, { hint: `Presets: ${[...presetSlugs.keys()].join(', ')}.` })
  }
  if (there.size > largestRecipe) throw new GraftError('too_large', `The recipe file ${file} has ${(there.size / 2 ** 20).toFixed(1)} MB; at most ${largestRecipe / 1024} KB are read.`, { hint: 'A recipe is a short list of settings; docs/cli.md shows one.' })
  const value = await readYamlFile('recipe', file, 'docs/cli.md shows a recipe.')
  return requireInput(recipeSchema, value, 'recipe', 'docs/cli.md shows a recipe with all its fields.')
}
