import type { SweepCurve } from '@graft/contracts/sweep-results'
import type { AxisScale } from '../../plots/axis-scale.ts'
import { objectiveScale, type SweepColumns } from './sweep-columns.ts'

/** The curves of a sweep beside its columns: `curves[i]` is trial i's, where it has one. */
export interface CurveSet {
  curves: readonly (SweepCurve | undefined)[]
  lastStep: number
  /** For the objective of every epoch: the first ones are worse than any best. */
  scale: AxisScale
}

/** What the scale is found from, at most: more values say the same. */
const mostValues = 20_000

export function curveSet({ trials, metric, maximizes }: SweepColumns, curves: readonly SweepCurve[]): CurveSet {
  const byTrial = new Map(curves.map((curve) => [curve.trialId, curve]))
  const every = Math.max(1, Math.ceil(curves.length / (mostValues / 20)))
  const values = curves.flatMap((curve, index) => (index % every === 0 ? curve.values.filter((value) => Number.isFinite(value)) : []))
  const best = trials.flatMap(({ objective }) => (objective !== null && Number.isFinite(objective) ? [objective] : []))
  return {
    curves: trials.map(({ trialId }) => byTrial.get(trialId)),
    lastStep: curves.reduce((most, { steps }) => Math.max(most, steps.at(-1) ?? 0), 1),
    scale: objectiveScale(metric, [...values, ...best], maximizes),
  }
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
