import type { SweepCurve } from '@graft/contracts/sweep-results'
import type { SweepColumns } from './sweep-columns.ts'

/** The curves of a sweep beside its columns: `curves[i]` is trial i's, where it has one. */
export interface CurveSet {
  curves: readonly (SweepCurve | undefined)[]
  lastStep: number
}

export function curveSet({ trials }: SweepColumns, curves: readonly SweepCurve[]): CurveSet {
  const byTrial = new Map(curves.map((curve) => [curve.trialId, curve]))
  return { curves: trials.map(({ trialId }) => byTrial.get(trialId)), lastStep: curves.reduce((most, { steps }) => Math.max(most, steps.at(-1) ?? 0), 1) }
}

/** A curve's value at a step, in a straight line between its own; NaN before its first and after its last. */
export function valueAtStep({ steps, values }: SweepCurve, step: number): number {
  if (steps.length === 0 || step < steps[0]! || step > steps.at(-1)!) return NaN
  let [low, high] = [0, steps.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (steps[middle]! <= step) low = middle
    else high = middle
  }
  const span = steps[high]! - steps[low]!
  return span === 0 ? values[low]! : values[low]! + ((values[high]! - values[low]!) * (step - steps[low]!)) / span
}
