import { GraftError } from '@graft/contracts/errors'
import { canonicalJson } from '@graft/contracts/recipe'
import { isLogarithmic, parameterBounds, type JsonValue, type Parameter, type SpreadParameter } from '@graft/contracts/search-space'
import { normalProbability, normalQuantile } from '@graft/statistics/normal-distribution'

/**
 * A parameter as the methods see it. A number lies on the unit interval, where its distribution is uniform; steps are cells of
 * it. A choice is the index of its value.
 */
export type Dimension = NumberDimension | ChoiceDimension

interface DimensionBase {
  /** Number of different values; Infinity for a continuous one. */
  levels: number
  /** The value of a level, from 0; only where `levels` is finite. */
  levelValue(level: number): JsonValue
}

export interface NumberDimension extends DimensionBase {
  kind: 'number'
  /** Place of a value on the unit interval, the middle of its cell; null for a value that it cannot take. */
  toUnit(value: JsonValue): number | null
  fromUnit(unit: number): JsonValue
  /** The nearest place that a value has: the middle of the cell. */
  snap(unit: number): number
  /** The cell that a value of a finite dimension fills on the unit interval; an empty one at the place itself for a continuous one. */
  cell(unit: number): readonly [number, number]
}

export interface ChoiceDimension extends DimensionBase {
  kind: 'choice'
  values: readonly JsonValue[]
  /** Prior probability of each value; they sum to 1. */
  probabilities: readonly number[]
  toIndex(value: JsonValue): number | null
}

/** @throws GraftError `invalid_input` naming the parameter where it can take no value at all. */
export function dimensionOf(name: string, parameter: Parameter): Dimension {
  if ('value' in parameter) return choice(name, [parameter.value])
  if ('values' in parameter) {
    const ordered = parameter.probabilities === undefined ? orderOf(parameter.values) : null
    return ordered === null ? choice(name, parameter.values, parameter.probabilities) : lattice(linear, ordered, 0, ordered.length - 1, 1)
  }
  const [min, max] = parameterBounds(parameter)
  const scale = scaleOf(parameter)
  if (parameter.distribution === 'int_uniform') return lattice(scale, null, min, max, 1)
  if (!('q' in parameter)) return continuous(scale, min, max)
  // A bound that is a multiple but for rounding (0.3 of 0.1) counts as one.
  const [first, last] = [Math.max(Math.ceil(min / parameter.q - 1e-9), isLogarithmic(parameter) ? 1 : Number.NEGATIVE_INFINITY), Math.floor(max / parameter.q + 1e-9)]
  if (first > last) {
    throw new GraftError('invalid_input', `No multiple of ${parameter.q} lies between ${min} and ${max}.`, { hint: 'Choose a smaller q, or move min or max to a multiple of it.', field: `space.parameters.${name}.q` })
  }
  return lattice(scale, null, first, last, parameter.q)
}

/** Where a distribution is uniform: the place of a number, and the number at a place. */
interface Scale {
  to(value: number): number
  from(place: number): number
}
const linear: Scale = { to: (value) => value, from: (place) => place }
const logarithmic: Scale = { to: Math.log, from: Math.exp }

/** A normal distribution is uniform in its probabilities. */
function scaleOf(parameter: SpreadParameter): Scale {
  const base = isLogarithmic(parameter) ? logarithmic : linear
  if (!('mu' in parameter)) return base
  const { mu, sigma } = parameter
  return { to: (value) => normalProbability((base.to(value) - mu) / sigma), from: (place) => base.from(mu + sigma * normalQuantile(place)) }
}

/** Three or more different numbers in rising or falling order are steps of one scale, so that neighbours tell of each other; null for anything else. */
function orderOf(values: readonly JsonValue[]): readonly number[] | null {
  if (values.length < 3 || !values.every((value) => typeof value === 'number')) return null
  const rising = values.every((value, index) => index === 0 || value > values[index - 1]!)
  const falling = values.every((value, index) => index === 0 || value < values[index - 1]!)
  return rising || falling ? values : null
}

function continuous(scale: Scale, min: number, max: number): Dimension {
  if (min === max) return lattice(scale, [min], 0, 0, 1)
  const [low, high] = [scale.to(min), scale.to(max)]
  return {
    kind: 'number',
    levels: Number.POSITIVE_INFINITY,
    levelValue: () => {
      throw new GraftError('internal', 'A continuous parameter has no levels.')
    },
    toUnit: (value) => (typeof value === 'number' && value >= min && value <= max ? (scale.to(value) - low) / (high - low) : null),
    fromUnit: (unit) => Math.min(max, Math.max(min, scale.from(low + clampUnit(unit) * (high - low)))),
    snap: clampUnit,
    cell: (unit) => [unit, unit],
  }
}

/** The multiples `first` to `last` of `step`, or the entries `first` to `last` of `values`; each has a cell of one step, half of it on each side. */
function lattice(scale: Scale, values: readonly number[] | null, first: number, last: number, step: number): NumberDimension {
  const levels = last - first + 1
  const { to, from } = values === null ? scale : linear
  const [low, high] = [to((first - 0.5) * step), to((last + 0.5) * step)]
  const unitOf = (multiple: number): number => (to(multiple * step) - low) / (high - low)
  const levelOf = (unit: number): number => Math.min(last, Math.max(first, Math.round(from(low + clampUnit(unit) * (high - low)) / step)))
  const valueOf = (multiple: number): number => (values === null ? withoutNoise(multiple * step) : values[multiple]!)
  const ranks = values === null ? null : new Map(values.map((value, index) => [value, index]))
  return {
    kind: 'number',
    levels,
    levelValue: (level) => valueOf(first + level),
    toUnit(value) {
      if (typeof value !== 'number') return null
      const multiple = ranks === null ? Math.round(value / step) : ranks.get(value)
      return multiple === undefined || multiple < first || multiple > last || (ranks === null && Math.abs(value / step - multiple) > 1e-6) ? null : unitOf(multiple)
    },
    fromUnit: (unit) => valueOf(levelOf(unit)),
    snap: (unit) => unitOf(levelOf(unit)),
    cell(unit) {
      const multiple = levelOf(unit)
      return [unitOf(multiple - 0.5), unitOf(multiple + 0.5)]
    },
  }
}

function choice(name: string, values: readonly JsonValue[], given?: readonly number[]): ChoiceDimension {
  const total = given?.reduce((sum, probability) => sum + probability, 0) ?? values.length
  if (!(total > 0)) throw new GraftError('invalid_input', `All probabilities of “${name}” are 0.`, { hint: 'Give at least one value a probability above 0.', field: `space.parameters.${name}.probabilities` })
  const indexes = new Map(values.map((value, index) => [canonicalJson(value), index]))
  return {
    kind: 'choice',
    values,
    levels: values.length,
    levelValue: (level) => values[level]!,
    probabilities: values.map((_, index) => (given?.[index] ?? 1) / total),
    toIndex: (value) => indexes.get(canonicalJson(value)) ?? null,
  }
}

const clampUnit = (unit: number): number => Math.min(1, Math.max(0, unit))

/** 3 x 0.1 is 0.3, not 0.30000000000000004. */
const withoutNoise = (value: number): number => Number(value.toPrecision(12))
