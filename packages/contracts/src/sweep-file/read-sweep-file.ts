import { GraftError } from '../errors.ts'
import { plainIssue } from '../plain-issue.ts'
import { recipePresets, seedRecipe } from '../recipe/presets.ts'
import { sweepFields, sweepRequestSchema, type ParsedSweepRequest } from '../sweep.ts'
import { isFields, refuseUnknown, requireFields, translate, type Fields } from './known-words.ts'
import { readParameters } from './parameters.ts'
import { readStopping } from './stopping.ts'

/** Words of a search that stand at the top of a W&B sweep file, or that Optuna has for it, with ours that fit between. */
const searchWords = ['method', 'metric', 'parameters', 'early_terminate', 'run_cap', 'sampler', 'direction', 'pruner', 'n_trials', 'timeout', 'constraints', 'objective', 'stopping', 'budget', 'seed', 'parallel', 'warmStart'] as const
/** What a W&B file says of its own script. */
const scriptWords = ['program', 'command', 'project', 'entity', 'controller']
const known = [...Object.keys(sweepFields), 'dataset', 'model', 'description', ...searchWords]

const methods = {
  grid: 'grid',
  random: 'random',
  bayes: 'tpe',
  tpe: 'tpe',
  sobol: 'sobol',
  'gaussian-process': 'gaussian-process',
  evolutionary: 'evolutionary',
} as const
const samplers = { TPESampler: 'tpe', RandomSampler: 'random', GridSampler: 'grid', BruteForceSampler: 'grid', QMCSampler: 'sobol', GPSampler: 'gaussian-process', CmaEsSampler: 'evolutionary' } as const
const metrics = {
  'validation/accuracy': 'validation/accuracy',
  'validation/loss': 'validation/loss',
  val_accuracy: 'validation/accuracy',
  val_acc: 'validation/accuracy',
  validation_accuracy: 'validation/accuracy',
  accuracy: 'validation/accuracy',
  val_loss: 'validation/loss',
  validation_loss: 'validation/loss',
  loss: 'validation/loss',
} as const

/**
 * A sweep out of what a YAML or JSON file holds: the fields of `sweep.create` as they are, a preset's name as the recipe, and in place of
 * `search` the words of a W&B sweep file or Optuna's. Without a recipe it is the seed study's, without seeds 0.
 *
 * @throws GraftError `invalid_input` at the word at fault, with the words there are.
 */
export function readSweepFile(value: unknown): ParsedSweepRequest {
  const file = withSeeds(requireFields(value, ''))
  const script = scriptWords.find((word) => word in file)
  if (script !== undefined) throw new GraftError('invalid_input', `“${script}” is about a script of one’s own: Graft trains by its recipe.`, { hint: `Leave ${scriptWords.join(', ')} out; say datasets and models instead.`, field: script })
  refuseUnknown(file, known, '')
  const { dataset, model, description: _description, recipe, ...rest } = file
  const search = readSearch(file)
  const request = {
    ...Object.fromEntries(Object.entries(rest).filter(([word]) => word in sweepFields)),
    ...(dataset === undefined ? {} : { datasets: oneOrMany(dataset, file, 'dataset') }),
    ...(model === undefined ? {} : { models: oneOrMany(model, file, 'model') }),
    recipe: readRecipe(recipe),
    ...(file['seeds'] === undefined ? { seeds: [0] } : {}),
    ...(search === undefined ? {} : { search }),
  }
  const parsed = sweepRequestSchema.safeParse(request)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const field = issue.path.join('.')
  throw new GraftError('invalid_input', `${field === '' ? '' : `${field}: `}${plainIssue(issue)}`, { hint: 'docs/sweeps.md shows a sweep file with all its fields.', field })
}

/**
 * With W&B's `seed` parameter as our seeds: every configuration is trained with each of them, for a search that may choose the seed
 * takes the luckiest for the best.
 */
function withSeeds(file: Fields): Fields {
  const { seed, ...parameters } = isFields(file['parameters']) ? file['parameters'] : {}
  if (seed === undefined) return file
  const fields = requireFields(seed, 'parameters.seed')
  if (!('value' in fields) && !('values' in fields)) throw new GraftError('invalid_input', 'parameters.seed: a seed is not searched, for the luckiest would count as the best.', { hint: 'Write seeds: [0, 1, 2], which every configuration is trained with.', field: 'parameters.seed' })
  if ('seeds' in file) throw new GraftError('invalid_input', '“seeds” and the parameter “seed” say the same twice.', { field: 'parameters.seed' })
  refuseUnknown(fields, ['value', 'values'], 'parameters.seed')
  const { parameters: _parameters, method, ...rest } = file
  // A grid of seeds alone is no search.
  const search = Object.keys(parameters).length === 0 ? {} : { parameters, ...(method !== undefined && { method }) }
  return { ...rest, ...search, seeds: 'values' in fields ? fields['values'] : [fields['value']] }
}

function oneOrMany(value: unknown, file: Fields, word: 'dataset' | 'model'): unknown {
  if (`${word}s` in file) throw new GraftError('invalid_input', `“${word}” and “${word}s” say the same twice.`, { field: word })
  return Array.isArray(value) ? value : [value]
}

const slug = (name: string): string => name.toLowerCase().trim().replace(/[^a-z0-9]+/g, '-')

function readRecipe(recipe: unknown): unknown {
  if (recipe === undefined) return seedRecipe
  if (typeof recipe !== 'string') return recipe
  const found = recipePresets.find(({ name }) => slug(name) === slug(recipe)) ?? recipePresets.find(({ name }) => slug(name.split(':')[0]!) === slug(recipe))
  if (found !== undefined) return found
  throw new GraftError('invalid_input', `recipe: there is no preset “${recipe.slice(0, 60)}”.`, { hint: `There is ${recipePresets.map(({ name }) => slug(name)).join(', ')}; or write the recipe’s fields.`, field: 'recipe' })
}

/** The `search` of the file, or one out of the words at its top. Undefined: there is none. */
function readSearch(file: Fields): unknown {
  const flat = searchWords.filter((word) => word in file)
  if (flat.length === 0) return isFields(file['search']) ? { ...file['search'], ...readSpace(file['search']['space']) } : file['search']
  if ('search' in file) throw new GraftError('invalid_input', `“${flat[0]}” belongs into “search”, or all of search stands at the top.`, { field: flat[0]! })
  const metric = file['metric'] === undefined ? undefined : readMetric(file['metric'])
  const goal = file['direction'] === undefined ? undefined : translate(file['direction'], { maximize: 'maximize', minimize: 'minimize' } as const, 'direction')
  const early = file['early_terminate'] ?? file['pruner']
  return {
    space: { parameters: readParameters(file['parameters'] ?? {}), ...pick(file, 'constraints') },
    ...(file['method'] === undefined ? {} : { method: translate(file['method'], methods, 'method') }),
    ...(file['sampler'] === undefined ? {} : { method: translate(file['sampler'], samplers, 'sampler') }),
    ...pick(file, 'objective'),
    ...(metric === undefined && goal === undefined ? {} : { objective: { ...metric, ...(goal === undefined ? {} : { goal }) } }),
    ...pick(file, 'stopping'),
    ...(early === undefined ? {} : { stopping: readStopping(early, file['early_terminate'] === undefined ? 'pruner' : 'early_terminate') }),
    ...readBudget(file),
    ...pick(file, 'seed', 'parallel', 'warmStart'),
  }
}

/** A `search.space` may have W&B's short forms as well (`min` and `max` alone). */
function readSpace(space: unknown): Fields {
  return isFields(space) && isFields(space['parameters']) ? { space: { ...space, parameters: readParameters(space['parameters'], 'search.space.parameters') } } : {}
}

function readMetric(value: unknown): Fields {
  const fields = requireFields(value, 'metric')
  refuseUnknown(fields, ['name', 'goal', 'target'], 'metric')
  return { ...(fields['name'] === undefined ? {} : { metric: translate(fields['name'], metrics, 'metric.name') }), ...pick(fields, 'goal', 'target') }
}

function readBudget(file: Fields): Fields {
  const budget = {
    ...(isFields(file['budget']) ? file['budget'] : {}),
    ...(file['run_cap'] === undefined ? {} : { trials: file['run_cap'] }),
    ...(file['n_trials'] === undefined ? {} : { trials: file['n_trials'] }),
    ...(file['timeout'] === undefined ? {} : { seconds: file['timeout'] }),
  }
  return Object.keys(budget).length === 0 ? pick(file, 'budget') : { budget }
}

const pick = (fields: Fields, ...names: readonly string[]): Fields => Object.fromEntries(names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]))
