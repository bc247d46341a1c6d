'use client'
import { useMemo, useRef, useState, type PointerEvent } from 'react'
import { pointerAt, PlotSurface } from '../../plots/plot-surface.tsx'
import { classNames } from '../../ui/class-names.ts'
import { BrushEditor } from './brush-editor.tsx'
import { withBrush, type Brushes } from './brushes.ts'
import { nearestLine } from './nearest-line.ts'
import { allAxes, paintAxes, paintGhosts, paintHovered, paintTrials } from './paint-parallel.ts'
import { parallelHeight, parallelLayout } from './parallel-layout.ts'
import type { SweepColumns } from './sweep-columns.ts'

interface ParallelCoordinatesProps {
  columns: SweepColumns
  inside: Uint8Array
  brushes: Brushes
  onBrushes: (brushes: Brushes) => void
  hovered: number | null
  onHover: (trial: number | null) => void
  onOpen: (trial: number) => void
}

/** Shorter than this a drag is a click. */
const leastDrag = 4
/** Pixels from an axis within which a drag brushes it. */
const axisReach = 22

/** Each trial is a line over the axes of the parameters to its objective. Dragging along an axis leaves out what lies elsewhere; a click on the axis takes that back. */
export function ParallelCoordinates({ columns, inside, brushes, onBrushes, hovered, onHover, onOpen }: ParallelCoordinatesProps) {
  const axes = useMemo(() => allAxes(columns), [columns])
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const [edited, setEdited] = useState<string | null>(null)
  const drag = useRef<{ axis: number; from: number; point: { x: number; y: number } } | null>(null)
  const layout = useMemo(() => (size === null ? null : parallelLayout(size.width, size.height, axes.length)), [size, axes])
  const layers = [
    useMemo(() => paintGhosts(columns), [columns]),
    useMemo(() => paintTrials(columns, inside), [columns, inside]),
    useMemo(() => paintAxes(columns, brushes), [columns, brushes]),
    useMemo(() => paintHovered(columns, hovered), [columns, hovered]),
  ]
  const begin = (event: PointerEvent<HTMLElement>) => {
    if (layout === null || event.button !== 0) return
    const point = pointerAt(event)
    const axis = Math.round(layout.across(point))
    const isAtAxis = axis >= 0 && axis < axes.length && Math.abs(layout.across(point) - axis) * layout.gap <= axisReach
    drag.current = { axis: isAtAxis ? axis : -1, from: layout.placeAt(point), point }
    if (isAtAxis) event.currentTarget.setPointerCapture(event.pointerId)
  }
  const isDrag = (point: { x: number; y: number }) => drag.current !== null && Math.hypot(point.x - drag.current.point.x, point.y - drag.current.point.y) >= leastDrag
  const move = (event: PointerEvent<HTMLElement>) => {
    if (layout === null) return
    const point = pointerAt(event)
    if (drag.current === null) return onHover(nearestLine(layout, axes, inside, point))
    const { axis, from } = drag.current
    if (axis === -1 || !isDrag(point)) return
    const clamp = (place: number) => Math.min(1, Math.max(0, place))
    const [low, high] = [clamp(Math.min(from, layout.placeAt(point))), clamp(Math.max(from, layout.placeAt(point)))]
    onBrushes(withBrush(brushes, axes[axis]!.name, [low, high]))
  }
  const end = (event: PointerEvent<HTMLElement>) => {
    const point = pointerAt(event)
    const was = drag.current
    const wasClick = was !== null && !isDrag(point)
    drag.current = null
    if (!wasClick || layout === null) return
    const onAxis = was.axis === -1 ? undefined : axes[was.axis]!.name
    if (onAxis !== undefined && brushes.has(onAxis)) return onBrushes(withBrush(brushes, onAxis, null))
    const trial = nearestLine(layout, axes, inside, point)
    if (trial !== null && event.pointerType === 'mouse') onOpen(trial)
    else onHover(trial)
  }
  const count = inside.reduce((sum, one) => sum + one, 0)
  return (
    <div>
      <div className="relative">
        <PlotSurface
          label={`Parallel coordinates of ${columns.trials.length} trials over ${axes.map(({ label }) => label).join(', ')}; ${count} within the ranges. The table of trials holds the values.`}
          height={(width) => parallelHeight(width, axes.length)}
          layers={layers}
          onSize={setSize}
          className={hovered === null ? 'cursor-crosshair' : 'cursor-pointer'}
          onPointerDown={begin}
          onPointerMove={move}
          onPointerUp={end}
          onPointerLeave={() => onHover(null)}
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
