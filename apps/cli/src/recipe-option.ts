import { readFile, stat } from 'node:fs/promises'
import { recipeSchema, type Recipe } from '@graft/contracts/recipe'
import { recipePresets, seedRecipe } from '@graft/contracts/recipe/presets'
import { GraftError } from '@graft/contracts/errors'
import { parseNumber, requireInput } from './input.ts'
import { requireKnown } from './suggest.ts'

/** A recipe is a page, not a book. */
const largestRecipe = 256 * 1024

export interface RecipeOptions { recipe?: string; epochs?: string; batchSize?: string; optimizer?: string; learningRate?: string }

/** Presets by the words people type: `seed-study`, `linear-probe`. */
const presetSlugs = new Map(recipePresets.map((preset) => [slug(preset.name.split(':')[0] ?? preset.name), preset]))

function slug(name: string): string {
  return name.toLowerCase().trim().replace(/[^a-z0-9]+/g, '-')
}

/**
 * The recipe that the options name: a preset or a YAML/JSON file, then the single values on top of it. A recipe that was
 * changed so gets a name that says what is different.
 * @throws GraftError `invalid_input` naming the field, `not_found` for an unknown preset, `too_large`.
 */
export async function readRecipe(options: RecipeOptions): Promise<Recipe> {
  const base = options.recipe === undefined ? seedRecipe : (presetSlugs.get(slug(options.recipe)) ?? recipePresets.find((preset) => preset.name === options.recipe) ?? (await readRecipeFile(options.recipe)))
  const changes: string[] = []
  const phases = base.phases.map((phase) => {
    const changed: Record<string, unknown> = { ...phase }
    if (options.epochs !== undefined) changed['epochs'] = note(changes, parseNumber('--epochs', options.epochs), 'epochs')
    if (options.batchSize !== undefined) changed['batchSize'] = note(changes, parseNumber('--batch-size', options.batchSize), 'a batch')
    if (options.optimizer !== undefined) changed['optimizer'] = { name: optimizerName(options.optimizer, changes) }
    if (options.learningRate !== undefined) {
      const learningRate = parseNumber('--learning-rate', options.learningRate)
      changes.push(`lr ${learningRate}`)
      changed['optimizer'] = { ...(changed['optimizer'] as object), learningRate }
    }
    return changed
  })
  const name = changes.length === 0 ? base.name : `${base.name}, ${changes.join(', ')}`
  return requireInput(recipeSchema, { ...base, name, phases }, 'recipe', 'docs/cli.md shows a recipe with all its fields.')
}

function note(changes: string[], value: number, what: string): number {
  changes.push(`${value} ${what}`)
  return value
}

function optimizerName(given: string, changes: string[]): string {
  const names = ['RMSprop', 'SGD', 'Adam']
  const found = names.find((name) => name.toLowerCase() === given.toLowerCase())
  if (!found) throw new GraftError('invalid_input', `--optimizer: there is no optimizer “${given.slice(0, 40)}”.`, { hint: `There are: ${names.join(', ')}.` })
  changes.push(found)
  return found
}

async function readRecipeFile(file: string): Promise<Recipe> {
  const there = await stat(file).catch(() => null)
  if (!there?.isFile()) {
    if (!/[./\\]/.test(file)) requireKnown('recipe', file, [...presetSlugs.keys()])
    throw new GraftError('not_found', `There is no recipe file ${file}.`, { hint: `Presets: ${[...presetSlugs.keys()].join(', ')}.` })
  }
  if (there.size > largestRecipe) throw new GraftError('too_large', `The recipe file ${file} has ${(there.size / 2 ** 20).toFixed(1)} MB; at most ${largestRecipe / 1024} KB are read.`, { hint: 'A recipe is a short list of settings; docs/cli.md shows one.' })
  const { parse } = await import('yaml')
  let value: unknown
  try {
    value = parse(await readFile(file, 'utf8'), { maxAliasCount: 20 })
  } catch (cause) {
    throw new GraftError('invalid_input', `The recipe file ${file} is no valid YAML or JSON: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)}`, { hint: 'docs/cli.md shows a recipe.', cause })
  }
  return requireInput(recipeSchema, value, 'recipe', 'docs/cli.md shows a recipe with all its fields.')
}
