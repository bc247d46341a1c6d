import type { ParallelLayout } from './parallel-layout.ts'
import type { PlotAxis } from './sweep-columns.ts'

/** Pixels within which a line is under the pointer. */
const reach = 8

/** The trial whose line passes nearest to a point between two axes, of those that are `inside`; null where none is near. */
export function nearestLine(layout: ParallelLayout, axes: readonly PlotAxis[], inside: Uint8Array, point: { x: number; y: number }): number | null {
  const across = Math.min(axes.length - 1, Math.max(0, layout.across(point)))
  const left = Math.min(Math.floor(across), Math.max(0, axes.length - 2))
  const [before, after] = [axes[left]!.places, axes[Math.min(left + 1, axes.length - 1)]!.places]
  const [share, place] = [across - left, layout.placeAt(point)]
  let nearest: number | null = null
  let least = reach / layout.length
  for (let trial = 0; trial < inside.length; trial += 1) {
    if (inside[trial] === 0) continue
    const distance = Math.abs(before[trial]! + (after[trial]! - before[trial]!) * share - place)
    if (distance < least) {
      nearest = trial
      least = distance
    }
  }
  return nearest
}
