'use client'
import { useCallback, useMemo, useState, type PointerEvent } from 'react'
import type { AxisScale } from '../../plots/axis-scale.ts'
import { frameOf, paintFrame, type Frame } from '../../plots/frame.ts'
import type { Paint, Surface } from '../../plots/paint.ts'
import { pointerAt, PlotSurface } from '../../plots/plot-surface.tsx'
import { rampStep } from '../../plots/colour-ramp.ts'
import { useHoverPaint, useIsHovered, type HoveredTrial } from './hovered-trial.ts'
import { pressTrial } from './press-trial.ts'
import type { PlotAxis, SweepColumns } from './sweep-columns.ts'

export interface ScatterAxis {
  scale: AxisScale
  /** Of each trial, 0 to 1; NaN where it has none. */
  places: Float32Array
}

interface ScatterPlotProps {
  label: string
  columns: SweepColumns
  horizontal: ScatterAxis
  upright: ScatterAxis
  inside: Uint8Array
  hovered: HoveredTrial
  onOpen: (trial: number) => void
  height: number
  /** Drawn above the points; must not change from render to render without need. */
  paintAbove?: (surface: Surface, frame: Frame) => void
}

const reach = 12
/** A step. */
const pointsPerStep = 800

/** Points of a choice lie in a column around its middle: a spread that is the same each time. */
export function spread(axis: PlotAxis): Float32Array {
  if (axis.scale.kind !== 'categorical') return axis.places
  const width = 0.6 / Math.max(1, axis.scale.ticks(Number.MAX_SAFE_INTEGER).length)
  return axis.places.map((place, trial) => place + (((trial * 0.618033988749895) % 1) - 0.5) * width)
}

/** The axes, the points, the worst first, so that the best lie above; those outside of the brushes first of all. */
function paintPoints(columns: SweepColumns, horizontal: ScatterAxis, upright: ScatterAxis, inside: Uint8Array, paintAbove: ScatterPlotProps['paintAbove']): Paint {
  return {
    *inSteps(surface) {
      const { context, colours } = surface
      const frame = frameOf(surface)
      paintFrame(surface, frame, horizontal.scale, upright.scale)
      const [xs, ys] = [horizontal.places, upright.places]
      const size = columns.trials.length > 1000 ? 3 : columns.trials.length > 150 ? 4 : 6
      for (const isInside of [0, 1]) {
        let drawn = 0
        for (let place = columns.order.length - 1; place >= 0; place -= 1) {
          const trial = columns.order[place]!
          if (inside[trial] !== isInside || Number.isNaN(xs[trial]!) || Number.isNaN(ys[trial]!)) continue
          const rank = columns.rank[trial]!
          context.fillStyle = isInside === 0 || Number.isNaN(rank) ? colours.faint : colours.ramp[rampStep(rank)]!
          context.globalAlpha = isInside === 0 ? 0.15 : 0.8
          context.fillRect(frame.x(xs[trial]!) - size / 2, frame.y(ys[trial]!) - size / 2, size, size)
          drawn += 1
          if (drawn % pointsPerStep === 0) yield
        }
      }
      context.globalAlpha = 1
      paintAbove?.(surface, frame)
    },
  }
}

function paintRing(horizontal: ScatterAxis, upright: ScatterAxis, hovered: number | null): Paint {
  return ({ context, width, height, colours }) => {
    if (hovered === null || Number.isNaN(horizontal.places[hovered]!) || Number.isNaN(upright.places[hovered]!)) return
    const frame = frameOf({ width, height })
    context.strokeStyle = colours.ink
    context.lineWidth = 2
    context.beginPath()
    context.arc(frame.x(horizontal.places[hovered]!), frame.y(upright.places[hovered]!), 6, 0, 2 * Math.PI)
    context.stroke()
  }
}

/** A point for each trial, coloured by the objective; the one under the pointer has a ring. */
export function ScatterPlot({ label, columns, horizontal, upright, inside, hovered, onOpen, height, paintAbove }: ScatterPlotProps) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const ring = useHoverPaint(hovered, useCallback((trial: number | null) => paintRing(horizontal, upright, trial), [horizontal, upright]))
  const layers = [useMemo(() => paintPoints(columns, horizontal, upright, inside, paintAbove), [columns, horizontal, upright, inside, paintAbove]), ring]
  const isHovered = useIsHovered(hovered)
  const nearest = (event: PointerEvent<HTMLElement>): number | null => {
    if (size === null) return null
    const { x, y } = pointerAt(event)
    const frame = frameOf(size)
    let [found, least]: [number | null, number] = [null, reach * reach]
    for (let trial = 0; trial < inside.length; trial += 1) {
      if (inside[trial] === 0) continue
      const distance = (frame.x(horizontal.places[trial]!) - x) ** 2 + (frame.y(upright.places[trial]!) - y) ** 2
      if (distance < least) [found, least] = [trial, distance]
    }
    return found
  }
  return <PlotSurface label={label} height={() => height} layers={layers} onSize={setSize} className={isHovered ? 'cursor-pointer' : ''} onPointerMove={(event) => hovered.set(nearest(event))} onPointerUp={(event) => pressTrial(event, nearest(event), { hovered, onOpen })} onPointerLeave={() => hovered.set(null)} />
}
