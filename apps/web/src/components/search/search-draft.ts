import type { JsonValue, Parameter, ParameterCondition } from '@graft/contracts/search-space'
import { sweepSearchSchema, type SweepSearch } from '@graft/contracts/sweep-search'
import { fieldErrors } from '../../failure/field-errors.ts'
import type { Draft } from '../recipe/draft.ts'
import type { RecipeField } from './recipe-fields.ts'

/** A search as it is being written: JSON as in a file, right or not yet. */
export type SearchDraft = Draft
/** One parameter of it. */
export type ParameterDraft = Draft

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

export const parametersOf = (draft: SearchDraft): Readonly<Record<string, ParameterDraft>> => {
  const space = isObject(draft.space) ? draft.space : {}
  return isObject(space.parameters) ? (space.parameters as Record<string, ParameterDraft>) : {}
}

export const constraintsOf = (draft: SearchDraft): string[] => {
  const space = isObject(draft.space) ? draft.space : {}
  return Array.isArray(space.constraints) ? space.constraints.map(String) : []
}

const withSpace = (draft: SearchDraft, part: object): SearchDraft => ({ ...draft, space: { ...(isObject(draft.space) ? draft.space : {}), ...part } })

/** With another parameter under a name, in its old place; null takes it away, and the conditions that hang on it. */
export function withParameter(draft: SearchDraft, name: string, parameter: ParameterDraft | null): SearchDraft {
  const before = parametersOf(draft)
  if (parameter !== null) return withSpace(draft, { parameters: { ...before, [name]: parameter } })
  const left = Object.entries(before).filter(([other]) => other !== name)
  const hangsOn = ({ when }: ParameterDraft) => isObject(when) && when.parameter === name
  return withSpace(draft, {
    parameters: Object.fromEntries(
      left.map(([other, one]) => {
        const { when: _when, ...free } = one
        return [other, hangsOn(one) ? free : one]
      }),
    ),
  })
}

export function withConstraints(draft: SearchDraft, constraints: readonly string[]): SearchDraft {
  const { constraints: _before, ...space } = (isObject(draft.space) ? draft.space : {}) as Record<string, unknown>
  return { ...draft, space: { ...space, ...(constraints.length === 0 ? {} : { constraints }) } }
}

/** How a parameter is spread, in the words of the form. */
export const parameterKinds = {
  values: 'one of values',
  uniform: 'any number between',
  log_uniform_values: 'any number between, logarithmic',
  q_uniform: 'in steps between',
  q_log_uniform_values: 'in steps between, logarithmic',
  int_uniform: 'whole numbers between',
  normal: 'normal about a mean',
  log_normal: 'normal about a mean, logarithmic',
  q_normal: 'in steps, normal about a mean',
  q_log_normal: 'in steps, normal about a mean, logarithmic',
  value: 'fixed',
} as const
export type ParameterKind = keyof typeof parameterKinds

export function kindOf(parameter: ParameterDraft): ParameterKind {
  if ('values' in parameter) return 'values'
  if ('value' in parameter) return 'value'
  return Object.keys(parameterKinds).find((kind): kind is ParameterKind => kind === parameter.distribution) ?? 'uniform'
}

/** The same parameter, spread otherwise; its ends stay where it keeps ends. */
export function withKind(parameter: ParameterDraft, kind: ParameterKind): ParameterDraft {
  const { when, min = 0, max = 1, q, values, value } = parameter
  const condition = when === undefined ? {} : { when }
  const first = Array.isArray(values) ? (values as unknown[])[0] : value
  if (kind === 'values') return { values: Array.isArray(values) ? values : value !== undefined ? [value] : [min, max], ...condition }
  if (kind === 'value') return { value: first ?? min, ...condition }
  const numbers = Array.isArray(values) ? values.filter((one): one is number => typeof one === 'number') : []
  const ends = numbers.length > 0 ? { min: Math.min(...numbers), max: Math.max(...numbers) } : { min, max }
  if (isNormal(kind)) return { distribution: kind, ...bellWithin(kind, parameter, ends), ...(kind.startsWith('q_') ? { q: q ?? 1 } : {}), ...condition }
  return { distribution: kind, ...ends, ...(kind.startsWith('q_') ? { q: q ?? 1 } : {}), ...condition }
}

export const isNormal = (kind: ParameterKind): boolean => kind.endsWith('normal')

/** Mean and deviation of a normal distribution over the ends that a parameter had, two deviations to each side; those it has already stay. */
function bellWithin(kind: ParameterKind, parameter: ParameterDraft, { min, max }: { min: unknown; max: unknown }): object {
  const isLogarithmic = kind.includes('log')
  const { distribution, mu, sigma, min: start, max: end } = parameter
  if (mu !== undefined && isLogarithmic === String(distribution).includes('log')) return { mu, sigma, ...(start !== undefined && { min: start }), ...(end !== undefined && { max: end }) }
  const [low, high] = [min, max].map((bound) => (isLogarithmic ? Math.log(Number(bound)) : Number(bound))) as [number, number]
  return Number.isFinite(low) && high > low ? { mu: (low + high) / 2, sigma: (high - low) / 4, min, max } : { mu: 0, sigma: 1 }
}

/** A start for a field: around what the recipe has, or all its choices. */
export function parameterFor(field: RecipeField): Parameter {
  const { kind, choices, current, minimum, maximum } = field
  if (kind === 'choice') return { values: choices ?? [] }
  if (kind === 'whole') return { values: current === undefined ? [null] : [current] }
  const value = typeof current === 'number' ? current : undefined
  const clamp = (number: number) => Math.min(maximum ?? Infinity, Math.max(minimum ?? -Infinity, number))
  if (kind === 'integer') return { distribution: 'int_uniform', min: Math.max(1, Math.round(clamp((value ?? 8) / 4))), max: Math.round(clamp((value ?? 8) * 2)) }
  // Rates, decays and tiny constants are searched by their size.
  if (value !== undefined && value > 0 && value < 0.05) return { distribution: 'log_uniform_values', min: clamp(value / 10), max: clamp(value * 10) }
  if (/(Decay|l2|epsilon|learningRate)$/i.test(field.path)) return { distribution: 'log_uniform_values', min: 1e-6, max: clamp(1e-2) }
  return { distribution: 'uniform', min: minimum ?? 0, max: maximum !== undefined && maximum <= 1 ? Math.min(maximum, 0.9) : clamp(Math.max(1, (value ?? 0.5) * 2)) }
}

/** Values as they are typed: with commas between; each a number, a word, or any JSON. `[SGD, "a, b", {"name": "Adam"}]` may have its brackets. */
export function readValues(text: string): JsonValue[] {
  const trimmed = text.trim()
  try {
    const whole: unknown = JSON.parse(`[${trimmed}]`)
    const list = whole as JsonValue[]
    return list.length === 1 && Array.isArray(list[0]) ? list[0] : list
  } catch {
    return splitOutside(trimmed).map(readValue)
  }
}

export function readValue(text: string): JsonValue {
  const trimmed = text.trim()
  try {
    return JSON.parse(trimmed) as JsonValue
  } catch {
    return trimmed
  }
}

/** Splits at commas that lie in no bracket and no quotation. */
function splitOutside(text: string): string[] {
  const parts: string[] = []
  let [depth, start, isQuoted] = [0, 0, false]
  for (let place = 0; place < text.length; place += 1) {
    const letter = text[place]!
    if (letter === '"') isQuoted = !isQuoted
    else if (!isQuoted && '[{'.includes(letter)) depth += 1
    else if (!isQuoted && ']}'.includes(letter)) depth -= 1
    else if (!isQuoted && depth === 0 && letter === ',') {
      parts.push(text.slice(start, place))
      start = place + 1
    }
  }
  return [...parts, text.slice(start)].filter((part) => part.trim() !== '')
}

const wordLike = /^[A-Za-z][\w./ -]*$/
export const showValue = (value: unknown): string => (typeof value === 'string' && wordLike.test(value) && !['true', 'false', 'null'].includes(value) ? value : JSON.stringify(value))
export const showValues = (values: unknown): string => (Array.isArray(values) ? values.map(showValue).join(', ') : '')

export const conditionOf = ({ when }: ParameterDraft): Partial<ParameterCondition> | undefined => (isObject(when) ? (when as Partial<ParameterCondition>) : undefined)

export type ReadSearch = { search: SweepSearch; errors: Readonly<Record<string, string>> } | { search: null; errors: Readonly<Record<string, string>> }

/** The search that a draft stands for, or what is wrong with it by dotted path (`space.parameters.head.dropout.min`). */
export function readSearch(draft: SearchDraft): ReadSearch {
  const parsed = sweepSearchSchema.safeParse(draft)
  if (!parsed.success) return { search: null, errors: fieldErrors(parsed.error.issues) }
  if (Object.keys(parsed.data.space.parameters).length === 0) return { search: null, errors: { space: 'Add at least one parameter.' } }
  return { search: parsed.data, errors: {} }
}

/** Errors of one parameter, by what follows its name; '' for the whole of it. */
export function parameterErrors(errors: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const prefix = `space.parameters.${name}`
  return Object.fromEntries(Object.entries(errors).flatMap(([path, message]) => (path === prefix ? [['', message]] : path.startsWith(`${prefix}.`) ? [[path.slice(prefix.length + 1), message]] : [])))
}
