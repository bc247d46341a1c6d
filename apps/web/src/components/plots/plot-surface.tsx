'use client'
import { useEffect, useMemo, useRef, useState, type PointerEventHandler } from 'react'
import { classNames } from '../ui/class-names.ts'
import { rampColours } from './colour-ramp.ts'
import { LivePaint } from './live-paint.ts'
import type { Paint, PlotColours } from './paint.ts'
import { paintWithinFrames } from './paint-queue.ts'
import { resolveColour, useThemed } from './theme-colours.ts'

const font = '11px "Inter Variable", sans-serif'
const smallFont = '10px "Inter Variable", sans-serif'
export const fonts = { usual: font, small: smallFont }

/** The ground tells the theme: whoever chose it. */
export function readRamp(host: HTMLElement): string[] {
  const ground = /\d+/.exec(resolveColour(host, 'surface'))
  return rampColours(Number(ground?.[0] ?? 255) < 128)
}

function readColours(host: HTMLElement): PlotColours {
  const colour = (token: string) => resolveColour(host, token)
  return { ink: colour('ink'), muted: colour('muted'), faint: colour('faint'), line: colour('line'), accent: colour('accent'), surface: colour('surface'), ramp: readRamp(host) }
}

/** The time of each step of each painting, for benchmarks and tests: `performance.getEntriesByName('graft plot')`. */
function measured(label: string, step: () => boolean): boolean {
  const start = performance.now()
  const done = step()
  performance.measure('graft plot', { start, end: performance.now(), detail: { label, done } })
  return done
}

/** The size of a canvas, with what it showed taken away. */
function clear(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, width: number, height: number): void {
  const ratio = Math.min(2, devicePixelRatio)
  // Setting the size clears; where it stays, clearing is cheaper.
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.globalAlpha = 1
  context.clearRect(0, 0, width, height)
}

/** @returns stops it. */
function paintLayer(canvas: HTMLCanvasElement, label: string, { width, height }: { width: number; height: number }, colours: PlotColours, paint: Paint): () => void {
  const context = canvas.getContext('2d')!
  const surface = { context, width, height, colours }
  if (typeof paint === 'function') {
    const frame = requestAnimationFrame(() => {
      measured(label, () => {
        clear(canvas, context, width, height)
        paint(surface)
        return true
      })
    })
    return () => cancelAnimationFrame(frame)
  }
  let steps: Iterator<void> | undefined
  return paintWithinFrames(() =>
    measured(label, () => {
      if (steps === undefined) clear(canvas, context, width, height)
      steps ??= paint.inSteps(surface)
      return steps.next().done === true
    }),
  )
}

function Layer({ label, paint, size, colours }: { label: string; paint: Paint | LivePaint; size: { width: number; height: number } | null; colours: PlotColours | null }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (size === null || colours === null) return
    let stop = () => {}
    const again = () => {
      stop()
      stop = paintLayer(canvas.current!, label, size, colours, paint instanceof LivePaint ? paint.paint : paint)
    }
    again()
    const leave = paint instanceof LivePaint ? paint.subscribe(again) : undefined
    return () => {
      leave?.()
      stop()
    }
  }, [label, paint, size, colours])
  return <canvas ref={canvas} aria-hidden className="pointer-events-none absolute inset-0 size-full" />
}

interface PlotSurfaceProps {
  /** What the plot shows, in words: it is an image to those who hear the page. A table beside it holds the values. */
  label: string
  /** CSS pixels, of the width that there is. */
  height: (width: number) => number
  /** From the back to the front. Each is painted again when its function is another one. */
  layers: readonly (Paint | LivePaint)[]
  /** Called with the width before the layers are painted. */
  onSize?: (size: { width: number; height: number }) => void
  className?: string
  onPointerDown?: PointerEventHandler<HTMLElement>
  onPointerMove?: PointerEventHandler<HTMLElement>
  onPointerUp?: PointerEventHandler<HTMLElement>
  onPointerCancel?: PointerEventHandler<HTMLElement>
  onPointerLeave?: PointerEventHandler<HTMLElement>
}

/** Canvases on top of each other, in the colours of the theme and sharp on any screen. */
export function PlotSurface({ label, height, layers, onSize, className, ...pointer }: PlotSurfaceProps) {
  const host = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState<number | null>(null)
  const colours = useThemed(host, readColours)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)))
    observer.observe(host.current!)
    return () => observer.disconnect()
  }, [])
  const tall = width === null ? null : height(width)
  const size = useMemo(() => (width === null || tall === null ? null : { width, height: tall }), [width, tall])
  useEffect(() => {
    if (size !== null) onSize?.(size)
  }, [size, onSize])
  return (
    <div ref={host} role="img" aria-label={label} className={classNames('relative min-w-0 touch-pan-y select-none', className)} style={{ height: tall ?? height(600) }} {...pointer}>
      {layers.map((paint, index) => (
        <Layer key={index} label={label} paint={paint} size={size} colours={colours} />
      ))}
    </div>
  )
}

/** Where the pointer is on a surface, in CSS pixels. */
export function pointerAt(event: { clientX: number; clientY: number; currentTarget: HTMLElement }): { x: number; y: number } {
  const box = event.currentTarget.getBoundingClientRect()
  return { x: event.clientX - box.left, y: event.clientY - box.top }
}
