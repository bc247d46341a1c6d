import type { PlotAxis, SweepColumns } from './sweep-columns.ts'

/** A stretch of an axis, in places from 0 to 1. */
export type Stretch = readonly [from: number, to: number]
/** Of each brushed axis, by its name: trials outside of one are left out. */
export type Brushes = ReadonlyMap<string, Stretch>

export const noBrushes: Brushes = new Map()

/** 1 for each trial that lies within every brush. */
export function brushedTrials({ trials, axes, objective }: SweepColumns, brushes: Brushes): Uint8Array {
  let inside = new Uint8Array(trials.length).fill(1)
  for (const { name, places } of [...axes, objective]) {
    const stretch = brushes.get(name)
    if (stretch !== undefined) inside = trialsWithin(inside, places, stretch)
  }
  return inside
}

/** Those of the trials that lie within a stretch of an axis as well. */
export function trialsWithin(inside: Uint8Array, places: Float32Array, [from, to]: Stretch): Uint8Array<ArrayBuffer> {
  // What has no place on a brushed axis is left out; the comparison is false for NaN.
  return Uint8Array.from(inside, (one, trial) => (one === 1 && places[trial]! >= from && places[trial]! <= to ? 1 : 0))
}

export function countInside(inside: Uint8Array): number {
  let count = 0
  for (const one of inside) count += one
  return count
}

export function withBrush(brushes: Brushes, name: string, stretch: Stretch | null): Brushes {
  const next = new Map(brushes)
  if (stretch === null) next.delete(name)
  else next.set(name, stretch)
  return next
}

/** The stretch in the axis's own values: `0.001 – 0.1`, or the choices that lie in it. */
export function stretchText({ scale }: PlotAxis, [from, to]: Stretch): string {
  if (scale.kind !== 'categorical') return `${scale.text(scale.valueAt(Math.max(0, from)))} – ${scale.text(scale.valueAt(Math.min(1, to)))}`
  const inside = scale.ticks(Number.MAX_SAFE_INTEGER).filter(({ place }) => place >= from && place <= to)
  return inside.length === 0 ? 'none' : inside.map(({ text }) => text).join(', ')
}
