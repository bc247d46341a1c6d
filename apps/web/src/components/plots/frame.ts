import type { AxisScale } from './axis-scale.ts'
import { fonts } from './plot-surface.tsx'
import type { Surface } from './paint.ts'

/** The rectangle of a plot with two axes, and where values lie in it. */
export interface Frame {
  left: number
  top: number
  width: number
  height: number
  x: (place: number) => number
  y: (place: number) => number
  placeX: (x: number) => number
  placeY: (y: number) => number
}

/** Leaves room for the values at the axes: `left` pixels for those of the upright one. */
export function frameOf({ width, height }: { width: number; height: number }, left = 44): Frame {
  const [top, right, bottom] = [10, 12, 26]
  const [inner, tall] = [Math.max(1, width - left - right), Math.max(1, height - top - bottom)]
  return {
    left,
    top,
    width: inner,
    height: tall,
    x: (place) => left + place * inner,
    y: (place) => top + (1 - place) * tall,
    placeX: (x) => (x - left) / inner,
    placeY: (y) => 1 - (y - top) / tall,
  }
}

/** Grid lines and values of both axes. */
export function paintFrame({ context, colours }: Surface, frame: Frame, horizontal: AxisScale, upright: AxisScale): void {
  context.globalAlpha = 1
  context.font = fonts.usual
  context.fillStyle = colours.faint
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.beginPath()
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (const { place, text } of upright.ticks(Math.max(2, Math.round(frame.height / 45)))) {
    const y = Math.round(frame.y(place)) + 0.5
    context.moveTo(frame.left, y)
    context.lineTo(frame.left + frame.width, y)
    context.fillText(text, frame.left - 6, y)
  }
  context.stroke()
  context.textBaseline = 'top'
  const marks = horizontal.ticks(Math.max(2, Math.round(frame.width / 80)))
  let free = -Infinity
  for (const { place, text } of marks) {
    const most = Math.max(8, Math.floor(frame.width / Math.min(marks.length, 12) / 6))
    const shown = horizontal.kind === 'categorical' && text.length > most ? `${text.slice(0, most - 1)}…` : text
    const half = context.measureText(shown).width / 2
    const x = Math.min(Math.max(frame.x(place), frame.left + half), frame.left + frame.width - half)
    if (x - half < free) continue
    context.textAlign = 'center'
    context.fillText(shown, x, frame.top + frame.height + 8)
    free = x + half + 6
  }
}
