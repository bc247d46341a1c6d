'use client'
import { useCallback, useEffect, useMemo, useRef, useState, type PointerEvent } from 'react'
import { LivePaint } from '../../plots/live-paint.ts'
import { pointerAt, PlotSurface } from '../../plots/plot-surface.tsx'
import { classNames } from '../../ui/class-names.ts'
import { BrushEditor } from './brush-editor.tsx'
import { countInside, withBrush, type Brushes } from './brushes.ts'
import { RangeDrag } from './drag-range.ts'
import { useHoverPaint, useIsHovered, type HoveredTrial } from './hovered-trial.ts'
import { nearestLine } from './nearest-line.ts'
import { allAxes, paintAxes, paintGhosts, paintHovered, paintTrials } from './paint-parallel.ts'
import { parallelHeight, parallelLayout } from './parallel-layout.ts'
import { pressTrial } from './press-trial.ts'
import type { SweepColumns } from './sweep-columns.ts'

interface ParallelCoordinatesProps {
  columns: SweepColumns
  inside: Uint8Array
  brushes: Brushes
  /** Hears of a range that is dragged when it stands still. */
  onBrushes: (brushes: Brushes) => void
  hovered: HoveredTrial
  onOpen: (trial: number) => void
}

/** Shorter than this a drag is a click. */
const leastDrag = 4
/** Pixels from an axis within which a drag brushes it. */
const axisReach = 22

interface Press {
  /** -1: none. */
  axis: number
  from: number
  point: { x: number; y: number }
  drag: RangeDrag | null
}

/** The layers that a range being dragged changes from frame to frame. */
function useLiveLayers(columns: SweepColumns, inside: Uint8Array, brushes: Brushes): { trials: LivePaint; axes: LivePaint } {
  const live = useMemo(() => ({ trials: new LivePaint(() => {}), axes: new LivePaint(() => {}) }), [])
  useEffect(() => live.trials.set(paintTrials(columns, inside)), [live, columns, inside])
  useEffect(() => live.axes.set(paintAxes(columns, brushes)), [live, columns, brushes])
  return live
}

/** Each trial is a line over the axes of the parameters to its objective. Dragging along an axis leaves out what lies elsewhere; a click on the axis takes that back. */
export function ParallelCoordinates({ columns, inside, brushes, onBrushes, hovered, onOpen }: ParallelCoordinatesProps) {
  const axes = useMemo(() => allAxes(columns), [columns])
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const [edited, setEdited] = useState<string | null>(null)
  const press = useRef<Press | null>(null)
  const layout = useMemo(() => (size === null ? null : parallelLayout(size.width, size.height, axes.length)), [size, axes])
  const live = useLiveLayers(columns, inside, brushes)
  const strong = useHoverPaint(hovered, useCallback((trial: number | null) => paintHovered(columns, trial), [columns]))
  const layers = [useMemo(() => paintGhosts(columns), [columns]), live.trials, live.axes, strong]
  const isHovered = useIsHovered(hovered)
  const begin = (event: PointerEvent<HTMLElement>) => {
    if (layout === null || event.button !== 0) return
    const point = pointerAt(event)
    const axis = Math.round(layout.across(point))
    const isAtAxis = axis >= 0 && axis < axes.length && Math.abs(layout.across(point) - axis) * layout.gap <= axisReach
    press.current = { axis: isAtAxis ? axis : -1, from: layout.placeAt(point), point, drag: null }
    if (isAtAxis) event.currentTarget.setPointerCapture(event.pointerId)
  }
  const isDrag = (point: { x: number; y: number }) => press.current !== null && (press.current.drag !== null || Math.hypot(point.x - press.current.point.x, point.y - press.current.point.y) >= leastDrag)
  const move = (event: PointerEvent<HTMLElement>) => {
    if (layout === null) return
    const point = pointerAt(event)
    if (press.current === null) return hovered.set(nearestLine(layout, axes, inside, point))
    const { axis, from } = press.current
    if (axis === -1 || !isDrag(point)) return
    hovered.set(null)
    press.current.drag ??= new RangeDrag({ columns, brushes, axis, trials: live.trials, axes: live.axes, onRest: onBrushes })
    const clamp = (place: number) => Math.min(1, Math.max(0, place))
    press.current.drag.moveTo([clamp(Math.min(from, layout.placeAt(point))), clamp(Math.max(from, layout.placeAt(point)))])
  }
  const end = (event: PointerEvent<HTMLElement>) => {
    const point = pointerAt(event)
    const was = press.current
    press.current = null
    if (was?.drag != null) return was.drag.end()
    if (was === null || layout === null || Math.hypot(point.x - was.point.x, point.y - was.point.y) >= leastDrag) return
    const onAxis = was.axis === -1 ? undefined : axes[was.axis]!.name
    if (onAxis !== undefined && brushes.has(onAxis)) return onBrushes(withBrush(brushes, onAxis, null))
    pressTrial(event, nearestLine(layout, axes, inside, point), { hovered, onOpen })
  }
  const cancel = () => {
    press.current?.drag?.end()
    press.current = null
  }
  return (
    <div>
      <div className="relative">
        <PlotSurface
          label={`Parallel coordinates of ${columns.trials.length} trials over ${axes.map(({ label }) => label).join(', ')}; ${countInside(inside)} within the ranges. The table of trials holds the values.`}
          height={(width) => parallelHeight(width, axes.length)}
          layers={layers}
          onSize={setSize}
          className={isHovered ? 'cursor-pointer' : 'cursor-crosshair'}
          onPointerDown={begin}
          onPointerMove={move}
          onPointerUp={end}
          onPointerCancel={cancel}
          onPointerLeave={() => hovered.set(null)}
        />
        {layout !== null &&
          axes.map(({ name, label }, index) => {
            const isFirst = index === 0
            const isLast = index === axes.length - 1
            const style = layout.isFlat ? { left: 4, top: layout.y(index, 0) - 24 } : { left: layout.x(index, 0), top: 4, maxWidth: Math.max(80, layout.gap - 6), transform: `translateX(${isFirst ? '-38px' : isLast ? 'calc(-100% + 42px)' : '-50%'})` }
            return (
              <button
                key={name}
                type="button"
                title={`${name}: choose a range`}
                aria-expanded={edited === name}
                onClick={() => setEdited(edited === name ? null : name)}
                className={classNames('absolute truncate rounded px-1.5 py-0.5 text-2xs font-medium hover:bg-hover', brushes.has(name) || edited === name ? 'bg-accent-soft text-accent' : 'text-ink', layout.isFlat && 'bg-surface/80')}
                style={style}
              >
                {label}
              </button>
            )
          })}
      </div>
      <BrushEditor key={edited} axes={axes} brushes={brushes} edited={edited} onEdited={setEdited} onBrushes={onBrushes} />
    </div>
  )
}
