import type { SweepCurve } from '@graft/contracts/sweep-results'
import type { AxisScale } from '../../plots/axis-scale.ts'
import { objectiveScale, type SweepColumns } from './sweep-columns.ts'

/** A curve as it is drawn: x and y of one point after the other, places from 0 to 1. */
export type CurveLine = Float32Array

/** The curves of a sweep beside its columns: `lines[i]` is trial i's, where it has one. */
export interface CurveSet {
  lines: readonly (CurveLine | undefined)[]
  lastStep: number
  /** For the objective of every epoch: the first ones are worse than any best. */
  scale: AxisScale
}

/** What the scale is found from, at most: more values say the same. */
const mostValues = 20_000
/** Points of all curves together, about: more than the plot has pixels for. */
const mostPoints = 120_000
/** Points that a curve keeps however many curves there are. */
const leastPoints = 24

export function curveSet({ trials, metric, maximizes }: SweepColumns, curves: readonly SweepCurve[]): CurveSet {
  const byTrial = new Map(curves.map((curve) => [curve.trialId, curve]))
  const every = Math.max(1, Math.ceil(curves.length / (mostValues / 20)))
  const values = curves.flatMap((curve, index) => (index % every === 0 ? curve.values.filter((value) => Number.isFinite(value)) : []))
  const best = trials.flatMap(({ objective }) => (objective !== null && Number.isFinite(objective) ? [objective] : []))
  const lastStep = curves.reduce((most, { steps }) => Math.max(most, steps.at(-1) ?? 0), 1)
  const scale = objectiveScale(metric, [...values, ...best], maximizes)
  const most = Math.max(leastPoints, Math.floor(mostPoints / Math.max(1, curves.length)))
  return {
    lines: trials.map(({ trialId }) => {
      const curve = byTrial.get(trialId)
      return curve === undefined ? undefined : thinned(lineOf(curve, lastStep, scale), most)
    }),
    lastStep,
    scale,
  }
}

function lineOf({ steps, values }: SweepCurve, lastStep: number, scale: AxisScale): CurveLine {
  const line = new Float32Array(steps.length * 2)
  for (let index = 0; index < steps.length; index += 1) {
    line[2 * index] = steps[index]! / lastStep
    line[2 * index + 1] = Math.min(1, Math.max(0, scale.placeOf(values[index]!)))
  }
  return line
}

/**
 * A line of at most so many points (3 or more) with the look of the whole: largest triangle three buckets (Steinarsson 2013). The first and
 * the last point stay; of each stretch between, the one that stands out most.
 */
export function thinned(line: CurveLine, most: number): CurveLine {
  const count = line.length / 2
  if (count <= most) return line
  const kept = new Float32Array(most * 2)
  kept.set(line.subarray(0, 2))
  const width = (count - 2) / (most - 2)
  let before = 0
  for (let bucket = 0; bucket < most - 2; bucket += 1) {
    const [start, end] = [Math.floor(bucket * width) + 1, Math.floor((bucket + 1) * width) + 1]
    const [nextX, nextY] = meanOf(line, end, Math.min(count, Math.floor((bucket + 2) * width) + 1))
    let [chosen, largest] = [start, -1]
    for (let point = start; point < end; point += 1) {
      const area = Math.abs((line[2 * before]! - nextX) * (line[2 * point + 1]! - line[2 * before + 1]!) - (line[2 * before]! - line[2 * point]!) * (nextY - line[2 * before + 1]!))
      if (area > largest) [chosen, largest] = [point, area]
    }
    kept.set(line.subarray(2 * chosen, 2 * chosen + 2), 2 * (bucket + 1))
    before = chosen
  }
  kept.set(line.subarray(2 * count - 2), 2 * (most - 1))
  return kept
}

function meanOf(line: CurveLine, start: number, end: number): [x: number, y: number] {
  let [x, y] = [0, 0]
  for (let point = start; point < end; point += 1) {
    x += line[2 * point]!
    y += line[2 * point + 1]!
  }
  return [x / (end - start), y / (end - start)]
}

/** A curve's height at a place along the axis of epochs, in a straight line between its points; NaN before its first and after its last. */
export function heightAt(line: CurveLine, x: number): number {
  const last = line.length / 2 - 1
  if (last < 0 || x < line[0]! || x > line[2 * last]!) return NaN
  let [low, high] = [0, last]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (line[2 * middle]! <= x) low = middle
    else high = middle
  }
  const [from, span] = [line[2 * low + 1]!, line[2 * high]! - line[2 * low]!]
  return span === 0 ? from : from + ((line[2 * high + 1]! - from) * (x - line[2 * low]!)) / span
}
