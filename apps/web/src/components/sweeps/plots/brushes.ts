import type { PlotAxis, SweepColumns } from './sweep-columns.ts'

/** A stretch of an axis, in places from 0 to 1. */
export type Stretch = readonly [from: number, to: number]
/** Of each brushed axis, by its name: trials outside of one are left out. */
export type Brushes = ReadonlyMap<string, Stretch>

export const noBrushes: Brushes = new Map()

/** 1 for each trial that lies within every brush. */
export function brushedTrials({ trials, axes, objective }: SweepColumns, brushes: Brushes): Uint8Array {
  const inside = new Uint8Array(trials.length).fill(1)
  for (const { name, places } of [...axes, objective]) {
    const stretch = brushes.get(name)
    if (stretch === undefined) continue
    // What has no place on a brushed axis is left out; the comparison is false for NaN.
    for (let trial = 0; trial < inside.length; trial += 1) if (!(places[trial]! >= stretch[0] && places[trial]! <= stretch[1])) inside[trial] = 0
  }
  return inside
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
