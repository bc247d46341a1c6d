'use client'
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import { resolveColour, useThemeCount } from '../plots/theme-colours.ts'
import type { CurveMark } from './phase-spans.ts'

export interface ChartSeries {
  name: string
  values: (number | null)[]
  /** A colour token's name, for instance `accent`. */
  colour: string
  dashed?: boolean
}

interface ChartProps {
  title: string
  steps: number[]
  series: readonly ChartSeries[]
  /** Vertical lines. */
  marks: readonly CurveMark[]
  format: (value: number) => string
  /** Fixed ends of the vertical axis; free where absent. */
  range?: [number, number]
  /** Pixels. */
  height?: number
}

const usualHeight = 220

interface MarkColours { ink: string; faint: string; font: string }

function drawMark(plot: uPlot, { step, look, label }: CurveMark, { ink, faint, font }: MarkColours): void {
  const x = Math.round(plot.valToPos(step, 'x', true))
  const { ctx, bbox } = plot
  if (x < bbox.left || x > bbox.left + bbox.width) return
  ctx.save()
  ctx.strokeStyle = look === 'kept' ? ink : faint
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash(look === 'phase' ? [] : [4 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  if (label !== undefined) {
    ctx.fillStyle = faint
    ctx.font = font
    ctx.textBaseline = 'bottom'
    const room = bbox.left + bbox.width - x > ctx.measureText(label).width + 8 * devicePixelRatio
    ctx.textAlign = room ? 'left' : 'right'
    ctx.fillText(label, x + (room ? 4 : -4) * devicePixelRatio, bbox.top + bbox.height - 3 * devicePixelRatio)
  }
  ctx.restore()
}

function buildOptions(host: HTMLElement, { series, format, range, height = usualHeight }: ChartProps, marks: () => readonly CurveMark[], onHover: (place: number | null) => void): uPlot.Options {
  const line = resolveColour(host, 'line')
  const faint = resolveColour(host, 'faint')
  const ink = resolveColour(host, 'ink')
  const font = '11px "Inter Variable", sans-serif'
  const axis = { stroke: faint, font, ticks: { show: false }, grid: { stroke: line, width: 1 } }
  return {
    width: host.clientWidth || 320,
    height,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'epoch' }, y: false, points: { size: 7 }, drag: { x: false, y: false } },
    // From the beginning of training, in every chart alike: what lies below each other belongs together.
    scales: { x: { time: false, range: (_, __, high) => [0, Math.max(high ?? 1, 1)] }, ...(range === undefined ? {} : { y: { range } }) },
    axes: [
      { ...axis, grid: { show: false }, size: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
      { ...axis, size: 46, values: (_, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      ...series.map(({ name, colour, dashed }) => {
        const stroke = resolveColour(host, colour)
        return { label: name, stroke, width: 2, spanGaps: true, points: { show: (_: uPlot, __: number, from: number, to: number) => to - from < 1, size: 5, fill: stroke }, ...(dashed ? { dash: [5, 4] } : {}) }
      }),
    ],
    hooks: { draw: [(plot) => { for (const mark of marks()) drawMark(plot, mark, { ink, faint, font: `${11 * devicePixelRatio}px "Inter Variable", sans-serif` }) }], setCursor: [(plot) => onHover(plot.cursor.idx ?? null)] },
  }
}

/** The plot itself. Built once with the colours of the theme that is on; its owner mounts another for another theme. */
function PlotCanvas(props: ChartProps & { onHover: (place: number | null) => void }) {
  const { title, steps, series, marks, onHover, height = usualHeight } = props
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const shownMarks = useRef(marks)
  const first = useRef({ props, onHover })

  useEffect(() => {
    const element = host.current!
    const { props: initial, onHover: tell } = first.current
    const built = new uPlot(buildOptions(element, initial, () => shownMarks.current, tell), [[], ...initial.series.map(() => [])], element)
    plot.current = built
    const observer = new ResizeObserver(() => built.setSize({ width: element.clientWidth, height: initial.height ?? usualHeight }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      built.destroy()
      plot.current = null
    }
  }, [])

  useEffect(() => {
    shownMarks.current = marks
    plot.current?.setData([steps, ...series.map(({ values }) => values)])
  }, [steps, series, marks])

  const kept = marks.find(({ look }) => look === 'kept')?.step
  const begins = marks.filter(({ look }) => look === 'phase').map(({ step }) => `, fine-tuning from epoch ${step + 0.5}`)
  return <div ref={host} role="img" aria-label={`${title} by epoch${begins.join('')}${kept === undefined ? '' : `, best epoch ${kept}`}`} className="min-w-0 overflow-hidden" style={{ height }} />
}

/** A curve a series over the epochs. The values under the pointer stand above it; dashed lines mark the best epochs, a line where fine-tuning begins. */
export function CurveChart(props: ChartProps) {
  const { title, steps, series, format } = props
  const [hover, setHover] = useState<number | null>(null)
  const theme = useThemeCount()
  const place = hover !== null && hover < steps.length ? hover : steps.length - 1
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-1 text-xs">
        <span className="font-semibold">{title}</span>
        {series.map(({ name, values, colour, dashed }) => (
          <span key={name} className="flex items-center gap-1.5 text-muted tabular-nums">
            <span aria-hidden className="w-3.5 border-t-2" style={{ borderColor: `var(--color-${colour})`, borderStyle: dashed ? 'dashed' : 'solid' }} />
            {name}
            <b className="min-w-10 font-semibold text-ink">{values[place] == null ? '–' : format(values[place])}</b>
          </span>
        ))}
        <span className="ml-auto text-faint tabular-nums">{steps[place] === undefined ? '' : `epoch ${Math.round(steps[place] * 10) / 10}`}</span>
      </figcaption>
      <PlotCanvas key={theme} {...props} onHover={setHover} />
    </figure>
  )
}
