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

/**
 * What a searched parameter may be. A number is uniform between `min` and `max`, both included; or uniform in its logarithm;
 * or rounded to multiples of `q`; or whole. A choice is one of `values`, any JSON (a whole optimizer, a head, null for "absent").
 */
export const parameterSchema = z.union([
  z.strictObject({ value: jsonValueSchema, ...conditional }),
  z.strictObject({ values: z.array(jsonValueSchema).min(1).max(1000), probabilities: z.array(z.number().min(0).max(1)).optional(), ...conditional }),
  z.strictObject({ distribution: z.literal('uniform'), ...bounds, ...conditional }),
  z.strictObject({ distribution: z.literal('log_uniform_values'), ...bounds, ...conditional }),
  z.strictObject({ distribution: z.literal('q_uniform'), ...bounds, q: step, ...conditional }),
  z.strictObject({ distribution: z.literal('q_log_uniform_values'), ...bounds, q: step, ...conditional }),
  z.strictObject({ distribution: z.literal('int_uniform'), ...bounds, ...conditional }),
])
export type Parameter = z.infer<typeof parameterSchema>

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
  if (!(min <= max)) return `The smallest value (${min}) is above the largest (${max}).`
  if (distribution.includes('log') && min <= 0) return 'A logarithmic distribution needs a smallest value above 0.'
  if (distribution === 'int_uniform' && !(Number.isInteger(min) && Number.isInteger(max))) return 'Whole numbers are needed.'
  return null
}

function isCyclic(name: string, parameters: Readonly<Record<string, Parameter>>): boolean {
  const seen = new Set<string>()
  for (let at: string | undefined = name; at !== undefined; at = parameters[at]?.when?.parameter) {
    if (seen.has(at)) return true
    seen.add(at)
  }
  return false
}
