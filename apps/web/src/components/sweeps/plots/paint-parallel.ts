import { rampStep, rampSteps } from '../../plots/colour-ramp.ts'
import type { Paint, Surface } from '../../plots/paint.ts'
import { fonts } from '../../plots/plot-surface.tsx'
import type { Brushes } from './brushes.ts'
import { parallelLayout, type ParallelLayout } from './parallel-layout.ts'
import { sampleOf } from './sample-trials.ts'
import type { PlotAxis, SweepColumns } from './sweep-columns.ts'

/** Lines a step: a small part of what a slow machine draws in a frame without a graphics card. */
const linesPerStep = 100

/** One trial's line; it breaks where an axis has no place for it. */
function traceLine(context: CanvasRenderingContext2D, layout: ParallelLayout, axes: readonly PlotAxis[], trial: number): void {
  let isDown = false
  for (let axis = 0; axis < axes.length; axis += 1) {
    const place = axes[axis]!.places[trial]!
    if (Number.isNaN(place)) isDown = false
    else if (isDown) context.lineTo(layout.x(axis, place), layout.y(axis, place))
    else {
      context.moveTo(layout.x(axis, place), layout.y(axis, place))
      isDown = true
    }
  }
}

export const allAxes = ({ axes, objective }: SweepColumns): PlotAxis[] => [...axes, objective]

/** Every trial, faint: what the brushes leave out stays in sight. */
export function paintGhosts(columns: SweepColumns): Paint {
  return {
    *inSteps({ context, width, height, colours }) {
      const axes = allAxes(columns)
      const layout = parallelLayout(width, height, axes.length)
      context.strokeStyle = colours.faint
      context.globalAlpha = 0.16
      context.lineWidth = 1
      for (let start = 0; start < columns.order.length; start += linesPerStep) {
        for (const trial of columns.order.subarray(start, start + linesPerStep)) {
          context.beginPath()
          traceLine(context, layout, axes, trial)
          context.stroke()
        }
        yield
      }
    },
  }
}

function strokeTrials({ context, width, height, colours }: Surface, columns: SweepColumns, trials: Uint32Array, alpha: number): void {
  const axes = allAxes(columns)
  const layout = parallelLayout(width, height, axes.length)
  context.lineWidth = 1
  context.globalAlpha = alpha
  strokeByRank(context, colours.ramp, colours.faint, columns, trials, (trial) => traceLine(context, layout, axes, trial))
}

const fullAlpha = (count: number): number => (count > 1500 ? 0.45 : count > 200 ? 0.75 : 1)

/** A sample of the trials within the brushes, at once: for every frame of a movement. The same trials stay in it for as long as they are inside. */
export function paintSample(columns: SweepColumns, inside: Uint8Array, most: number): Paint {
  return (surface) => {
    const sample = sampleOf(columns, inside, most)
    strokeTrials(surface, columns, sample, sample.length > 200 ? 0.75 : 1)
  }
}

/**
 * The trials within the brushes, coloured by the objective; the worst first, so that the best lie above. Drawing the best first and the rest
 * below them (`destination-over`) measured seven to thirteen times slower without a graphics card. A sample comes first of all: what a
 * movement showed is not taken away while the rest is drawn.
 */
export function paintTrials(columns: SweepColumns, inside: Uint8Array): Paint {
  return {
    *inSteps(surface) {
      const chosen = columns.order.filter((trial) => inside[trial] === 1).toReversed()
      const alpha = fullAlpha(chosen.length)
      if (chosen.length > linesPerStep) {
        strokeTrials(surface, columns, sampleOf(columns, inside, linesPerStep), alpha)
        yield
      }
      for (let start = 0; start < chosen.length; start += linesPerStep) {
        strokeTrials(surface, columns, chosen.subarray(start, start + linesPerStep), alpha)
        yield
      }
    },
  }
}

/** A stroke for each trial (quicker than one path of many), colour by colour from the worst to the best. */
export function strokeByRank(context: CanvasRenderingContext2D, ramp: readonly string[], without: string, { rank }: SweepColumns, trials: Iterable<number>, trace: (trial: number) => void): void {
  const groups = new Map<number, number[]>()
  for (const trial of trials) {
    const step = Number.isNaN(rank[trial]!) ? -1 : rampStep(rank[trial]!)
    const group = groups.get(step)
    if (group === undefined) groups.set(step, [trial])
    else group.push(trial)
  }
  for (let step = -1; step < rampSteps; step += 1) {
    const group = groups.get(step)
    if (group === undefined) continue
    context.strokeStyle = step === -1 ? without : ramp[step]!
    for (const trial of group) {
      context.beginPath()
      trace(trial)
      context.stroke()
    }
  }
}

function paintAxis({ context, colours }: Surface, layout: ParallelLayout, { scale }: PlotAxis, index: number): void {
  context.strokeStyle = colours.muted
  context.globalAlpha = 1
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(layout.x(index, 0), layout.y(index, 0))
  context.lineTo(layout.x(index, 1), layout.y(index, 1))
  context.stroke()
  context.font = fonts.small
  const marks = scale.ticks(layout.isFlat ? 4 : 6)
  for (const [order, { place, text }] of marks.entries()) {
    const [x, y] = [layout.x(index, place), layout.y(index, place)]
    const shown = text.length > 14 ? `${text.slice(0, 13)}…` : text
    // A rim in the colour of the ground keeps the words readable over the lines.
    context.lineWidth = 3
    context.strokeStyle = colours.surface
    context.fillStyle = colours.ink
    if (layout.isFlat) {
      context.textAlign = order === 0 && place < 0.1 ? 'left' : order === marks.length - 1 && place > 0.9 ? 'right' : 'center'
      context.textBaseline = 'top'
      context.strokeText(shown, x, y + 4)
      context.fillText(shown, x, y + 4)
    } else {
      const isLast = index === layout.axes - 1
      context.textAlign = isLast ? 'right' : 'left'
      context.textBaseline = 'middle'
      context.strokeText(shown, x + (isLast ? -6 : 6), y)
      context.fillText(shown, x + (isLast ? -6 : 6), y)
    }
  }
}

/** What a range holds while it is dragged. */
export interface DraggedRange {
  axis: string
  text: string
}

/** Written beside its box, on the ground's colour. */
function paintRange({ context, width, colours }: Surface, [x, y, boxWidth]: readonly [number, number, number, number], text: string): void {
  context.font = fonts.usual
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  const wide = context.measureText(text).width + 12
  const left = Math.min(Math.max(2, x + boxWidth + 6 + wide > width ? x - 6 - wide : x + boxWidth + 6), width - wide - 2)
  context.globalAlpha = 0.92
  context.fillStyle = colours.surface
  context.fillRect(left, Math.max(0, y - 10), wide, 20)
  context.globalAlpha = 1
  context.fillStyle = colours.ink
  context.fillText(text, left + 6, Math.max(0, y - 10) + 10)
}

/** Axes with their values, and the brushes on them. */
export function paintAxes(columns: SweepColumns, brushes: Brushes, dragged?: DraggedRange): Paint {
  return (surface) => {
    const { context, width, height, colours } = surface
    const axes = allAxes(columns)
    const layout = parallelLayout(width, height, axes.length)
    for (const [index, axis] of axes.entries()) {
      paintAxis(surface, layout, axis, index)
      const stretch = brushes.get(axis.name)
      if (stretch === undefined) continue
      const [x0, y0, x1, y1] = [layout.x(index, stretch[0]), layout.y(index, stretch[0]), layout.x(index, stretch[1]), layout.y(index, stretch[1])]
      const box: readonly [number, number, number, number] = layout.isFlat ? [x0, y0 - 7, x1 - x0, 14] : [x0 - 7, y1, 14, y0 - y1]
      context.fillStyle = colours.accent
      context.globalAlpha = 0.25
      context.fillRect(...box)
      context.globalAlpha = 1
      context.strokeStyle = colours.accent
      context.lineWidth = 1.5
      context.strokeRect(...box)
      if (dragged?.axis === axis.name) paintRange(surface, box, dragged.text)
    }
  }
}

/** One trial's line, strong, above the others. */
export function paintHovered(columns: SweepColumns, trial: number | null): Paint {
  return ({ context, width, height, colours }) => {
    if (trial === null) return
    const axes = allAxes(columns)
    const layout = parallelLayout(width, height, axes.length)
    for (const [colour, thickness] of [[colours.surface, 6], [colours.ink, 2.5]] as const) {
      context.strokeStyle = colour
      context.lineWidth = thickness
      context.lineJoin = 'round'
      context.beginPath()
      traceLine(context, layout, axes, trial)
      context.stroke()
    }
  }
}
