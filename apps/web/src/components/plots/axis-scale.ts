import type { JsonValue } from '@graft/contracts/search-space'
import { ticks } from 'd3-array'
import { numberText } from '../../format/number.ts'

/** Where a value lies along an axis, from 0 to 1. */
export interface AxisScale {
  kind: 'linear' | 'logarithmic' | 'categorical'
  /** NaN for what has no place there. */
  placeOf: (value: JsonValue | null) => number
  /** The number at a place; of a choice, its index. */
  valueAt: (place: number) => number
  /** About so many values to write at the axis. */
  ticks: (count: number) => { place: number; text: string }[]
  text: (value: JsonValue | null) => string
}

/** A value of a recipe in few characters. */
export function shortValue(value: JsonValue | null): string {
  if (value === null) return 'none'
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string') return value
  if (typeof value === 'object' && !Array.isArray(value)) {
    const name = value.name ?? value.kind
    if (typeof name === 'string') return Object.keys(value).length === 1 ? name : `${name} …`
  }
  const text = JSON.stringify(value)
  return text.length <= 24 ? text : `${text.slice(0, 23)}…`
}

export function linearScale([low, high]: readonly [number, number], text: (value: number) => string = numberText): AxisScale {
  const span = high - low
  const placeOf = (value: JsonValue | null) => (typeof value !== 'number' ? NaN : span === 0 ? 0.5 : (value - low) / span)
  return {
    kind: 'linear',
    placeOf,
    valueAt: (place) => low + place * span,
    ticks: (count) => (span === 0 ? [low] : ticks(low, high, count)).map((value) => ({ place: placeOf(value), text: text(value) })),
    text: (value) => (typeof value === 'number' ? text(value) : '–'),
  }
}

/** Both ends above 0. */
export function logarithmicScale([low, high]: readonly [number, number], text: (value: number) => string = numberText): AxisScale {
  const [from, to] = [Math.log10(low), Math.log10(high)]
  if (from === to) return { ...linearScale([low, high], text), kind: 'logarithmic' }
  const placeOf = (value: JsonValue | null) => (typeof value === 'number' && value > 0 ? (Math.log10(value) - from) / (to - from) : NaN)
  return {
    kind: 'logarithmic',
    placeOf,
    valueAt: (place) => 10 ** (from + place * (to - from)),
    ticks: (count) => logarithmicTicks(from, to, count).map((value) => ({ place: placeOf(value), text: text(value) })),
    text: (value) => (typeof value === 'number' ? text(value) : '–'),
  }
}

/** Exact, where `10 ** -4` is not. */
const powerOfTen = (power: number): number => Number(`1e${power}`)

/** Powers of ten, fewer where there are many; within two decades 1, 2, 5 of each too; within one, even steps. */
function logarithmicTicks(from: number, to: number, count: number): number[] {
  const inside = (value: number) => Math.log10(value) >= from - 1e-9 && Math.log10(value) <= to + 1e-9
  const powers = Array.from({ length: Math.floor(to + 1e-9) - Math.ceil(from - 1e-9) + 1 }, (_, index) => powerOfTen(Math.ceil(from - 1e-9) + index))
  if (powers.length >= 3) return powers.filter((_, index) => index % Math.ceil(powers.length / count) === 0)
  const fine = [1, 2, 5].flatMap((step) => [Math.floor(from), Math.floor(from) + 1, Math.floor(from) + 2].map((power) => Number(`${step}e${power}`))).filter(inside)
  return fine.length >= 2 ? fine.toSorted((a, b) => a - b) : ticks(10 ** from, 10 ** to, count)
}

export function categoricalScale(values: readonly JsonValue[]): AxisScale {
  const keys = new Map(values.map((value, index) => [JSON.stringify(value), index]))
  const place = (index: number) => (index + 0.5) / values.length
  return {
    kind: 'categorical',
    placeOf: (value) => {
      const index = keys.get(JSON.stringify(value))
      return index === undefined ? NaN : place(index)
    },
    valueAt: (at) => Math.min(values.length - 1, Math.max(0, Math.floor(at * values.length))),
    ticks: (count) => values.map((value, index) => ({ place: place(index), text: shortValue(value) })).filter((_, index) => index % Math.ceil(values.length / Math.max(count, 12)) === 0),
    text: shortValue,
  }
}
