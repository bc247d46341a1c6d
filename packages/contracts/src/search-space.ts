import { z } from 'zod'

// The words are Weights & Biases's (`distribution`, `min`, `max`, `q`, `values`, `value`), so that a sweep file of theirs reads the same here.

const jsonValueSchema: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([z.string().max(1000), z.number(), z.boolean(), z.null(), z.array(jsonValueSchema).max(100), z.record(z.string(), jsonValueSchema)]),
)
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** The parameter exists only where another one has one of these values (Optuna's conditional search space). */
const conditionSchema = z.strictObject({ parameter: z.string().min(1).max(200), in: z.array(jsonValueSchema).min(1).max(100) })
export type ParameterCondition = z.infer<typeof conditionSchema>

const conditional = { when: conditionSchema.optional() }
const bounds = { min: z.number(), max: z.number() }
const step = z.number().positive()
/** Mean and standard deviation, of the logarithm for a log-normal; `min` and `max` cut it off where it would go on. */
const bell = { mu: z.number(), sigma: z.number().positive(), min: z.number().optional(), max: z.number().optional() }

/**
 * What a searched parameter may be. A number is uniform between `min` and `max`, both included; or uniform in its logarithm;
 * or rounded to multiples of `q`; or whole; or normal about `mu`, or so in its logarithm, within `parameterBounds`. A choice is one of `values`, any JSON (a whole optimizer, a head, null for "absent").
 */
export const parameterSchema = z.union([
  z.strictObject({ value: jsonValueSchema, ...conditional }),
  z.strictObject({ values: z.array(jsonValueSchema).min(1).max(1000), probabilities: z.array(z.number().min(0).max(1)).optional(), ...conditional }),
  z.strictObject({ distribution: z.literal('uniform'), ...bounds, ...conditional }),
  z.strictObject({ distribution: z.literal('log_uniform_values'), ...bounds, ...conditional }),
  z.strictObject({ distribution: z.literal('q_uniform'), ...bounds, q: step, ...conditional }),
  z.strictObject({ distribution: z.literal('q_log_uniform_values'), ...bounds, q: step, ...conditional }),
  z.strictObject({ distribution: z.literal('int_uniform'), ...bounds, ...conditional }),
  z.strictObject({ distribution: z.literal('normal'), ...bell, ...conditional }),
  z.strictObject({ distribution: z.literal('log_normal'), ...bell, ...conditional }),
  z.strictObject({ distribution: z.literal('q_normal'), ...bell, q: step, ...conditional }),
  z.strictObject({ distribution: z.literal('q_log_normal'), ...bell, q: step, ...conditional }),
])
export type Parameter = z.infer<typeof parameterSchema>
/** A parameter that is spread over numbers. */
export type SpreadParameter = Extract<Parameter, { distribution: string }>

/** Standard deviations to each side of its mean after which a normal distribution is cut off: what lies beyond is 6e-5 of it. */
const widestDeviation = 4

/** Smallest and largest number that a parameter may be; of steps, the bounds between which its multiples lie. A normal one ends four standard deviations from its mean, or at its own `min` and `max`. */
export function parameterBounds(parameter: SpreadParameter): readonly [number, number] {
  if (!('mu' in parameter)) return [parameter.min, parameter.max]
  const { mu, sigma, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = parameter
  const end = (side: number): number => (isLogarithmic(parameter) ? Math.exp(mu + side * widestDeviation * sigma) : mu + side * widestDeviation * sigma)
  return [Math.max(min, end(-1)), Math.min(max, end(1))]
}

export const isLogarithmic = ({ distribution }: SpreadParameter): boolean => distribution.includes('log')

/** Where a parameter goes: `dataset`, `model`, or a path into the recipe (`phases.0.optimizer.learningRate`, `head.dense.0.units`). */
const parameterName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$/, 'A path of names and indexes with dots between: phases.0.optimizer.learningRate.')

export const searchSpaceSchema = z
  .strictObject({
    parameters: z.record(parameterName, parameterSchema).refine((parameters) => Object.keys(parameters).length <= 100, 'At most 100 parameters.'),
    /** Comparisons that a configuration must meet: `head.dense.0.units * phases.0.batchSize <= 65536`. One that names an absent parameter is met. */
    constraints: z.array(z.string().min(1).max(300)).max(20).optional(),
  })
  .check(({ value, issues }) => {
    for (const [name, parameter] of Object.entries(value.parameters)) {
      const problem = problemOf(name, parameter, value.parameters)
      if (problem !== null) issues.push({ code: 'custom', message: problem, input: parameter, path: ['parameters', name] })
    }
  })
export type SearchSpace = z.infer<typeof searchSpaceSchema>

/** One value for each parameter that exists; an absent conditional parameter has no entry. */
export type Configuration = Readonly<Record<string, JsonValue>>

function problemOf(name: string, parameter: Parameter, parameters: Readonly<Record<string, Parameter>>): string | null {
  if (parameter.when !== undefined) {
    const parent = parameters[parameter.when.parameter]
    if (parameter.when.parameter === name || parent === undefined) return `“${name}” hangs on “${parameter.when.parameter}”, which is not a parameter of this space.`
    if (isCyclic(name, parameters)) return `“${name}” hangs on itself through its conditions.`
  }
  if ('values' in parameter) return parameter.probabilities !== undefined && parameter.probabilities.length !== parameter.values.length ? 'As many probabilities as values.' : null
  if (!('distribution' in parameter)) return null
  const { distribution, min, max } = parameter
  if (min !== undefined && max !== undefined && !(min <= max)) return `The smallest value (${min}) is above the largest (${max}).`
  if (isLogarithmic(parameter) && min !== undefined && min <= 0) return 'A logarithmic distribution needs a smallest value above 0.'
  if ('mu' in parameter) return problemOfBell(parameter)
  if (distribution === 'int_uniform' && !(Number.isInteger(min) && Number.isInteger(max))) return 'Whole numbers are needed.'
  return null
}

function problemOfBell(parameter: Extract<SpreadParameter, { mu: number }>): string | null {
  const [low, high] = parameterBounds(parameter)
  if (!(low > -Number.MAX_VALUE && high < Number.MAX_VALUE) || (isLogarithmic(parameter) && !(low > 0))) return `Its numbers run from ${low} to ${high}, out of what a number can be: mu and sigma of a log_normal are those of the natural logarithm.`
  return low < high ? null : `Nothing of it lies between ${parameter.min ?? 'its start'} and ${parameter.max ?? 'its end'}: ${widestDeviation} standard deviations about its mean are all that is drawn.`
}

function isCyclic(name: string, parameters: Readonly<Record<string, Parameter>>): boolean {
  const seen = new Set<string>()
  for (let at: string | undefined = name; at !== undefined; at = parameters[at]?.when?.parameter) {
    if (seen.has(at)) return true
    seen.add(at)
  }
  return false
}
