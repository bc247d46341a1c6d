import { GraftError } from '../errors.ts'
import { optimizerNames } from '../recipe/optimizer.ts'
import { recipeSchema } from '../recipe.ts'
import { isFields, refuseUnknown, requireFields, translate, unknownWord, type Fields } from './known-words.ts'

/** What scripts call the settings that nearly every one has. */
const shortNames: Readonly<Record<string, string>> = {
  lr: 'phases.0.optimizer.learningRate',
  learningRate: 'phases.0.optimizer.learningRate',
  optimizer: 'phases.0.optimizer.name',
  momentum: 'phases.0.optimizer.momentum',
  weightDecay: 'phases.0.optimizer.weightDecay',
  batchSize: 'phases.0.batchSize',
  epochs: 'phases.0.epochs',
  dropout: 'head.dense.0.dropout',
  units: 'head.dense.0.units',
}
const firstParts = ['dataset', 'model', ...Object.keys(recipeSchema.shape).filter((name) => name !== 'name')]

/**
 * A parameter's place: a path into the recipe, `dataset` or `model`; or a short name that scripts have for it (`learning_rate`, `lr`,
 * `batch_size`, `optimizer`). Parts may be written with underscores.
 *
 * @throws GraftError `invalid_input` with what is known.
 */
export function parameterPath(name: string, field = 'parameters'): string {
  const path = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  const known = shortNames[path] ?? path
  if (firstParts.includes(known.split('.')[0]!)) return known
  throw unknownWord(name, [...Object.keys(shortNames).map((short) => short.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)), ...firstParts.map((part) => (part === 'dataset' || part === 'model' ? part : `${part}.…`))], field)
}

/** Parameters in our words out of a file's: nested ones (`optimizer: { parameters: … }`) become paths. */
export function readParameters(value: unknown, field = 'parameters', prefix = ''): Fields {
  const parameters: Fields = {}
  for (const [name, given] of Object.entries(requireFields(value, field))) {
    const place = `${field}.${name}`
    const fields = requireFields(given, place)
    if (isFields(fields['parameters'])) {
      refuseUnknown(fields, ['parameters'], place)
      Object.assign(parameters, readParameters(fields['parameters'], `${place}.parameters`, `${prefix}${name}.`))
      continue
    }
    const path = parameterPath(prefix + name, field)
    if (path in parameters) throw new GraftError('invalid_input', `${place}: ${path} stands twice.`, { field: place })
    parameters[path] = readParameter(fields, path, place)
  }
  return parameters
}

const conditional = ['when']

function readParameter(fields: Fields, path: string, field: string): Fields {
  const when = fields['when'] === undefined ? {} : { when: readCondition(fields['when'], `${field}.when`) }
  const read = 'type' in fields ? readOptuna(fields, field) : readDistribution(fields, field)
  const spelled = path.endsWith('.optimizer.name') ? withOptimizerNames(read) : read
  return { ...spelled, ...when }
}

function readCondition(value: unknown, field: string): Fields {
  const { parameter, ...rest } = requireFields(value, field)
  return { ...rest, parameter: typeof parameter === 'string' ? parameterPath(parameter, field) : parameter }
}

/** Keras and PyTorch scripts write `adam`; the recipe `Adam`. */
function withOptimizerNames(parameter: Fields): Fields {
  const spell = (value: unknown): unknown => optimizerNames.find((name) => typeof value === 'string' && name.toLowerCase() === value.toLowerCase()) ?? value
  return { ...parameter, ...('value' in parameter && { value: spell(parameter['value']) }), ...(Array.isArray(parameter['values']) && { values: parameter['values'].map(spell) }) }
}

type Reader = { needs: readonly string[]; read: (fields: Fields) => Fields }
const asIs = (distribution: string, ...needs: string[]): Reader => ({ needs, read: (fields) => ({ distribution, ...pick(fields, needs) }) })
/** W&B's normal distributions, standard ones where nothing is said; `min` and `max`, which theirs lack, cut them off. */
const bell = (distribution: string, isStepped: boolean): Reader => ({
  needs: ['mu', 'sigma', 'min', 'max', ...(isStepped ? ['q'] : [])],
  read: ({ mu = 0, sigma = 1, q = 1, ...rest }) => ({ distribution, mu, sigma, ...(isStepped && { q }), ...pick(rest, ['min', 'max']) }),
})
const exponent = (value: unknown): unknown => (typeof value === 'number' ? Math.exp(value) : value)
const negative = (value: unknown): unknown => (typeof value === 'number' ? -value : value)
/** W&B's distributions. Where bounds are exponents there, they become values here. */
const distributions: Readonly<Record<string, Reader>> = {
  constant: { needs: ['value'], read: (fields) => pick(fields, ['value']) },
  categorical: { needs: ['values'], read: (fields) => pick(fields, ['values']) },
  categorical_w_probabilities: { needs: ['values', 'probabilities'], read: (fields) => pick(fields, ['values', 'probabilities']) },
  uniform: asIs('uniform', 'min', 'max'),
  int_uniform: asIs('int_uniform', 'min', 'max'),
  q_uniform: { needs: ['min', 'max', 'q'], read: ({ min, max, q = 1 }) => ({ distribution: 'q_uniform', min, max, q }) },
  log_uniform_values: asIs('log_uniform_values', 'min', 'max'),
  q_log_uniform_values: { needs: ['min', 'max', 'q'], read: ({ min, max, q = 1 }) => ({ distribution: 'q_log_uniform_values', min, max, q }) },
  log_uniform: { needs: ['min', 'max'], read: ({ min, max }) => ({ distribution: 'log_uniform_values', min: exponent(min), max: exponent(max) }) },
  q_log_uniform: { needs: ['min', 'max', 'q'], read: ({ min, max, q = 1 }) => ({ distribution: 'q_log_uniform_values', min: exponent(min), max: exponent(max), q }) },
  // The logarithm of 1/x is uniform where that of x is: the bounds change places in the one whose bounds are exponents.
  inv_log_uniform_values: asIs('log_uniform_values', 'min', 'max'),
  inv_log_uniform: { needs: ['min', 'max'], read: ({ min, max }) => ({ distribution: 'log_uniform_values', min: exponent(negative(max)), max: exponent(negative(min)) }) },
  normal: bell('normal', false),
  q_normal: bell('q_normal', true),
  log_normal: bell('log_normal', false),
  q_log_normal: bell('q_log_normal', true),
}

function readDistribution(fields: Fields, field: string): Fields {
  if ('distribution' in fields) {
    const { needs, read } = translate(fields['distribution'], distributions, `${field}.distribution`)
    refuseUnknown(fields, ['distribution', ...needs, ...conditional], field)
    return read(fields)
  }
  refuseUnknown(fields, ['value', 'values', 'probabilities', 'distribution', 'min', 'max', 'q', 'type', 'parameters', ...conditional], field)
  const { min, max } = fields
  if (!('min' in fields) && !('max' in fields)) return pick(fields, ['value', 'values', 'probabilities'])
  // W&B's rule: whole bounds make a whole number.
  return { distribution: 'q' in fields ? 'q_uniform' : Number.isInteger(min) && Number.isInteger(max) ? 'int_uniform' : 'uniform', ...pick(fields, ['min', 'max', 'q', 'value', 'values']) }
}

/** Optuna's `suggest_float`, `suggest_int` and `suggest_categorical`. */
function readOptuna(fields: Fields, field: string): Fields {
  const kind = translate(fields['type'], { float: 'float', int: 'int', categorical: 'categorical' } as const, `${field}.type`)
  if (kind === 'categorical') {
    refuseUnknown(fields, ['type', 'choices', ...conditional], field)
    return { values: fields['choices'] }
  }
  refuseUnknown(fields, ['type', 'low', 'high', 'log', 'step', ...conditional], field)
  const { low: min, high: max, log = false, step } = fields
  const q = step ?? (kind === 'int' && log === true ? 1 : undefined)
  if (q !== undefined && q !== 1) return { distribution: log === true ? 'q_log_uniform_values' : 'q_uniform', min, max, q }
  if (kind === 'int') return log === true ? { distribution: 'q_log_uniform_values', min, max, q: 1 } : { distribution: 'int_uniform', min, max }
  return { distribution: log === true ? 'log_uniform_values' : 'uniform', min, max }
}

const pick = (fields: Fields, names: readonly string[]): Fields => Object.fromEntries(names.filter((name) => name in fields).map((name) => [name, fields[name]]))
