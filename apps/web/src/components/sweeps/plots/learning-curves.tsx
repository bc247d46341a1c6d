'use client'
import type { SweepCurve } from '@graft/contracts/sweep-results'
import { useCallback, useMemo, useState, type PointerEvent } from 'react'
import { linearScale, type AxisScale } from '../../plots/axis-scale.ts'
import { frameOf, paintFrame, type Frame } from '../../plots/frame.ts'
import type { Paint } from '../../plots/paint.ts'
import { pointerAt, PlotSurface } from '../../plots/plot-surface.tsx'
import { curveSet, heightAt, type CurveLine, type CurveSet } from './curve-set.ts'
import { useHoverPaint, useIsHovered } from './hovered-trial.ts'
import { strokeByRank } from './paint-parallel.ts'
import { pressTrial } from './press-trial.ts'
import type { TrialPlotProps } from './slices.tsx'
import type { SweepColumns } from './sweep-columns.ts'

const reach = 10
/** Points a step, over all curves. */
const pointsPerStep = 2000

function traceCurve(context: CanvasRenderingContext2D, frame: Frame, line: CurveLine | undefined): void {
  if (line === undefined || line.length === 0) return
  context.moveTo(frame.x(line[0]!), frame.y(line[1]!))
  for (let point = 2; point < line.length; point += 2) context.lineTo(frame.x(line[point]!), frame.y(line[point + 1]!))
  // One epoch alone is a point.
  if (line.length === 2) context.lineTo(frame.x(line[0]!) + 1.5, frame.y(line[1]!))
}

/** The axes; pruned and left-out trials, faint; then the others, the best last and so above. */
function paintCurves(columns: SweepColumns, set: CurveSet, inside: Uint8Array, horizontal: AxisScale): Paint {
  const isFaint = (trial: number) => inside[trial] === 0 || columns.trials[trial]!.state === 'pruned'
  return {
    *inSteps(surface) {
      const { context, colours } = surface
      const frame = frameOf(surface)
      paintFrame(surface, frame, horizontal, set.scale)
      context.lineWidth = 1
      context.lineJoin = 'round'
      const strong = columns.order.filter((trial) => !isFaint(trial)).toReversed()
      const faint = columns.order.filter(isFaint)
      for (const [trials, alpha] of [[faint, 0.18], [strong, strong.length > 300 ? 0.6 : 0.9]] as const) {
        context.globalAlpha = alpha
        let [start, points] = [0, 0]
        for (let end = 1; end <= trials.length; end += 1) {
          points += (set.lines[trials[end - 1]!]?.length ?? 0) / 2
          if (points < pointsPerStep && end < trials.length) continue
          strokeByRank(context, colours.ramp, colours.faint, columns, trials.subarray(start, end), (trial) => traceCurve(context, frame, set.lines[trial]))
          start = end
          points = 0
          yield
        }
      }
    },
  }
}

function paintStrong(set: CurveSet, trial: number | null): Paint {
  return (surface) => {
    if (trial === null) return
    const { context, colours } = surface
    const frame = frameOf(surface)
    for (const [colour, thickness] of [[colours.surface, 5], [colours.ink, 2.5]] as const) {
      context.strokeStyle = colour
      context.lineWidth = thickness
      context.beginPath()
      traceCurve(context, frame, set.lines[trial])
      context.stroke()
    }
  }
}

/** The objective by epoch of every trial. The curve under the pointer is strong; those of pruned trials fade. */
export function LearningCurves({ curves, ...plot }: TrialPlotProps & { curves: readonly SweepCurve[] }) {
  const { columns, inside, hovered, onOpen } = plot
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const set = useMemo(() => curveSet(columns, curves), [columns, curves])
  const horizontal = useMemo(() => linearScale([0, set.lastStep], (value) => (Number.isInteger(value) ? String(value) : '')), [set])
  const strong = useHoverPaint(hovered, useCallback((trial: number | null) => paintStrong(set, trial), [set]))
  const layers = [useMemo(() => paintCurves(columns, set, inside, horizontal), [columns, set, inside, horizontal]), strong]
  const isHovered = useIsHovered(hovered)
  const nearest = (event: PointerEvent<HTMLElement>): number | null => {
    if (size === null) return null
    const { x, y } = pointerAt(event)
    const frame = frameOf(size)
    const place = frame.placeX(x)
    let [found, least]: [number | null, number] = [null, reach]
    for (const [trial, line] of set.lines.entries()) {
      if (line === undefined || inside[trial] === 0) continue
      const distance = Math.abs(frame.y(heightAt(line, place)) - y)
      if (distance < least) [found, least] = [trial, distance]
    }
    return found
  }
  return (
    <PlotSurface
      label={`Learning curves: ${columns.objective.label} by epoch of ${curves.length} trials, up to epoch ${set.lastStep}`}
      height={(width) => (width < 500 ? 240 : 320)}
      layers={layers}
      onSize={setSize}
      className={isHovered ? 'cursor-pointer' : ''}
      onPointerMove={(event) => hovered.set(nearest(event))}
      onPointerUp={(event) => pressTrial(event, nearest(event), { hovered, onOpen })}
      onPointerLeave={() => hovered.set(null)}
    />
  )
}
