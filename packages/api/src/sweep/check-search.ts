import { GraftError, isGraftError } from '@graft/contracts/errors'
import type { Recipe } from '@graft/contracts/recipe'
import { parameterBounds, type Configuration, type JsonValue, type Parameter, type SearchSpace } from '@graft/contracts/search-space'
import type { ParsedSweepRequest } from '@graft/contracts/sweep'
import type { SweepSearch } from '@graft/contracts/sweep-search'
import { createSearch } from '@graft/search/create-search'
import { applyConfiguration, fieldOf } from './apply-configuration.ts'
import { checkRecipe, type Targets } from './targets.ts'

/** Points of the space that are looked at before a launch, besides each parameter's ends. */
const looked = 64

export interface CheckedSearch {
  /** Different configurations; null: endlessly many. */
  size: number | null
  /** Some points of the space, as a random search would propose them. */
  samples: Configuration[]
}

/**
 * Looks at a search before it is launched: the space, the method and the budget fit each other, and the recipe takes each end or
 * value of each parameter and what some random points of the space make of it.
 *
 * @throws GraftError `invalid_input` that names the parameter at fault.
 */
export async function checkSearch(request: ParsedSweepRequest, search: SweepSearch, pointsEach: number, targetsOf: (configuration: Configuration) => Targets): Promise<CheckedSearch> {
  const { size } = inSearch(() => createSearch(search))
  refuseOddTargets(search.space)
  refuseEndless(search, size, pointsEach)
  const samples = await createSearch({ ...search, method: 'random' }).propose([], looked)
  for (const configuration of samples) checkConfiguration(request.recipe, configuration, targetsOf)
  for (const [name, parameter] of Object.entries(search.space.parameters)) {
    const around = samples.find((sample) => name in sample)
    if (around === undefined) continue // so rare that no sample has it: told when it is proposed
    for (const value of endsOf(parameter)) checkConfiguration(request.recipe, consistent(search.space, { ...around, [name]: value }), targetsOf)
  }
  return { size, samples }
}

/** The search's own errors name fields below `search`. */
function inSearch<Value>(make: () => Value): Value {
  try {
    return make()
  } catch (error) {
    if (!isGraftError(error) || error.field === undefined || error.field.startsWith('search.')) throw error
    throw new GraftError(error.code, error.message, { ...(error.hint === undefined ? {} : { hint: error.hint }), field: `search.${error.field}`, cause: error })
  }
}

function checkConfiguration(recipe: Recipe, configuration: Configuration, targetsOf: (configuration: Configuration) => Targets): void {
  const applied = applyConfiguration(recipe, configuration)
  try {
    checkRecipe(targetsOf(configuration), applied)
  } catch (error) {
    if (!isGraftError(error) || error.field === undefined) throw error
    const path = error.field.replace(/^recipe\./, '')
    const parameter = Object.keys(configuration).find((name) => path === name || path.startsWith(`${name}.`))
    if (parameter === undefined) throw error
    throw new GraftError(error.code, `${parameter} = ${JSON.stringify(configuration[parameter])}: ${error.message}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), field: fieldOf(parameter), cause: error })
  }
}

/** Without the parameters whose condition is no longer met. */
function consistent({ parameters }: SearchSpace, configuration: Configuration): Configuration {
  const left: Record<string, JsonValue> = { ...configuration }
  for (let changed = true; changed; ) {
    changed = false
    for (const name of Object.keys(left)) {
      const when = parameters[name]?.when
      if (when === undefined || (when.parameter in left && when.in.some((value) => JSON.stringify(value) === JSON.stringify(left[when.parameter])))) continue
      delete left[name]
      changed = true
    }
  }
  return left
}

function endsOf(parameter: Parameter): readonly JsonValue[] {
  if ('value' in parameter) return [parameter.value]
  if ('values' in parameter) return parameter.values
  const [min, max] = parameterBounds(parameter)
  if (!('q' in parameter)) return [min, max]
  const { q } = parameter
  return [Math.ceil(min / q - 1e-9) * q, Math.floor(max / q + 1e-9) * q]
}

/** `dataset` and `model` are names. */
function refuseOddTargets({ parameters }: SearchSpace): void {
  for (const name of ['dataset', 'model']) {
    const parameter = parameters[name]
    if (parameter === undefined) continue
    const values = 'values' in parameter ? parameter.values : 'value' in parameter ? [parameter.value] : null
    if (values === null || values.some((value) => typeof value !== 'string')) throw new GraftError('invalid_input', `The parameter “${name}” needs names.`, { hint: `Write values: a list of ${name}s.`, field: fieldOf(name) })
    if (parameter.when !== undefined) throw new GraftError('invalid_input', `Every trial needs a ${name}: the parameter “${name}” takes no condition.`, { field: fieldOf(name) })
  }
}

function refuseEndless({ budget, method }: SweepSearch, size: number | null, pointsEach: number): void {
  if (size === null && budget?.trials === undefined && budget?.seconds === undefined && budget?.images === undefined) {
    throw new GraftError('invalid_input', `The space has endlessly many configurations: a ${method} search needs a budget.`, { hint: 'Say how many trials it may take (budget.trials; run_cap in a sweep file), or seconds, or images.', field: 'search.budget' })
  }
  if (budget?.trials !== undefined && budget.trials < pointsEach) {
    throw new GraftError('invalid_input', `A configuration takes ${pointsEach} trials (datasets x models x seeds); the budget of ${budget.trials} does not last for one.`, { hint: 'Raise budget.trials, or take fewer seeds.', field: 'search.budget.trials' })
  }
}
