'use client'
import type { SweepCurve } from '@graft/contracts/sweep-results'
import { useMemo, useState, type PointerEvent } from 'react'
import { linearScale } from '../../plots/axis-scale.ts'
import { frameOf, paintFrame, type Frame } from '../../plots/frame.ts'
import { pointerAt, PlotSurface, type Paint } from '../../plots/plot-surface.tsx'
import { curveSet, valueAtStep, type CurveSet } from './curve-set.ts'
import { strokeByRank } from './paint-parallel.ts'
import { pressTrial } from './press-trial.ts'
import type { TrialPlotProps } from './slices.tsx'
import type { SweepColumns } from './sweep-columns.ts'

const reach = 10
/** Points a frame, over all curves. */
const pointsPerFrame = 12_000

function traceCurve(context: CanvasRenderingContext2D, frame: Frame, { lastStep, scale }: CurveSet, curve: SweepCurve | undefined): void {
  if (curve === undefined) return
  for (const [index, step] of curve.steps.entries()) {
    const [x, y] = [frame.x(step / lastStep), frame.y(Math.min(1, Math.max(0, scale.placeOf(curve.values[index]!))))]
    if (index === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  }
  // One epoch alone is a point.
  if (curve.steps.length === 1) context.lineTo(frame.x(curve.steps[0]! / lastStep) + 1.5, frame.y(Math.min(1, Math.max(0, scale.placeOf(curve.values[0]!)))))
}

/** Pruned and left-out trials first, faint; then the others, the best last and so above. */
function paintCurves(columns: SweepColumns, set: CurveSet, inside: Uint8Array): Paint {
  const isFaint = (trial: number) => inside[trial] === 0 || columns.trials[trial]!.state === 'pruned'
  return function* ({ context, width, height, colours }) {
    const frame = frameOf({ width, height })
    context.lineWidth = 1
    context.lineJoin = 'round'
    const strong = columns.order.filter((trial) => !isFaint(trial)).toReversed()
    const faint = columns.order.filter(isFaint)
    for (const [trials, alpha] of [[faint, 0.18], [strong, strong.length > 300 ? 0.6 : 0.9]] as const) {
      context.globalAlpha = alpha
      let [start, points] = [0, 0]
      for (let end = 1; end <= trials.length; end += 1) {
        points += set.curves[trials[end - 1]!]?.steps.length ?? 0
        if (points < pointsPerFrame && end < trials.length) continue
        strokeByRank(context, colours.ramp, colours.faint, columns, trials.subarray(start, end), (trial) => traceCurve(context, frame, set, set.curves[trial]))
        start = end
        points = 0
        yield
      }
    }
  }
}

/** The objective by epoch of every trial. The curve under the pointer is strong; those of pruned trials fade. */
export function LearningCurves({ curves, ...plot }: TrialPlotProps & { curves: readonly SweepCurve[] }) {
  const { columns, inside, hovered, onHover, onOpen } = plot
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const set = useMemo(() => curveSet(columns, curves), [columns, curves])
  const horizontal = useMemo(() => linearScale([0, set.lastStep], (value) => (Number.isInteger(value) ? String(value) : '')), [set])
  const layers = [
    useMemo<Paint>(() => (surface) => paintFrame(surface, frameOf(surface), horizontal, set.scale), [horizontal, set]),
    useMemo(() => paintCurves(columns, set, inside), [columns, set, inside]),
    useMemo<Paint>(
      () =>
        ({ context, width, height, colours }) => {
          if (hovered === null) return
          const frame = frameOf({ width, height })
          for (const [colour, thickness] of [[colours.surface, 5], [colours.ink, 2.5]] as const) {
            context.strokeStyle = colour
            context.lineWidth = thickness
            context.beginPath()
            traceCurve(context, frame, set, set.curves[hovered])
            context.stroke()
          }
        },
      [hovered, set],
    ),
  ]
  const nearest = (event: PointerEvent<HTMLElement>): number | null => {
    if (size === null) return null
    const { x, y } = pointerAt(event)
    const frame = frameOf(size)
    const step = frame.placeX(x) * set.lastStep
    let [found, least]: [number | null, number] = [null, reach]
    for (const [trial, curve] of set.curves.entries()) {
      if (curve === undefined || inside[trial] === 0) continue
      const distance = Math.abs(frame.y(set.scale.placeOf(valueAtStep(curve, step))) - y)
      if (distance < least) [found, least] = [trial, distance]
    }
    return found
  }
  const press = (event: PointerEvent<HTMLElement>) => pressTrial(event, nearest(event), { onHover, onOpen })
  return (
    <PlotSurface
      label={`Learning curves: ${columns.objective.label} by epoch of ${curves.length} trials, up to epoch ${set.lastStep}`}
      height={(width) => (width < 500 ? 240 : 320)}
      layers={layers}
      onSize={setSize}
      className={hovered === null ? '' : 'cursor-pointer'}
      onPointerMove={(event) => onHover(nearest(event))}
      onPointerUp={press}
      onPointerLeave={() => onHover(null)}
    />
  )
}
