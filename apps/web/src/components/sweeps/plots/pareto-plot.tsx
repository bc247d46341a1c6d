'use client'
import { extent } from 'd3-array'
import { useCallback, useMemo } from 'react'
import { durationText } from '../../../format/duration.ts'
import type { Frame } from '../../plots/frame.ts'
import { linearScale, logarithmicScale } from '../../plots/axis-scale.ts'
import type { Surface } from '../../plots/plot-surface.tsx'
import { paretoTrials } from './pareto-trials.ts'
import { ScatterPlot } from './scatter-plot.tsx'
import type { TrialPlotProps } from './slices.tsx'

/** The objective against the time of a trial, and the front: the trials that none is both better and quicker than. */
export function ParetoPlot(plot: TrialPlotProps) {
  const { columns, inside } = plot
  const horizontal = useMemo(() => {
    const [low, high] = extent(columns.trials, ({ seconds }) => (seconds !== null && seconds > 0 ? seconds : undefined))
    const scale = low === undefined ? linearScale([0, 1], durationText) : logarithmicScale([low / 1.05, high * 1.05], durationText)
    return { scale, places: Float32Array.from(columns.trials, ({ seconds }) => scale.placeOf(seconds)) }
  }, [columns])
  const front = useMemo(() => paretoTrials(columns, inside), [columns, inside])
  const paintFront = useCallback(
    ({ context, colours }: Surface, frame: Frame) => {
      context.strokeStyle = colours.accent
      context.fillStyle = colours.accent
      context.lineWidth = 2
      context.beginPath()
      let before: number | undefined
      for (const trial of front) {
        const [x, y] = [frame.x(horizontal.places[trial]!), frame.y(columns.objective.places[trial]!)]
        // Between two trials of the front nothing better is known than the quicker one.
        if (before !== undefined) context.lineTo(x, before)
        if (before === undefined) context.moveTo(x, y)
        else context.lineTo(x, y)
        before = y
      }
      context.stroke()
      for (const trial of front) {
        context.beginPath()
        context.arc(frame.x(horizontal.places[trial]!), frame.y(columns.objective.places[trial]!), 3.5, 0, 2 * Math.PI)
        context.fill()
      }
    },
    [front, horizontal, columns],
  )
  return (
    <div>
      <ScatterPlot label={`${columns.objective.label} against the time of a trial; ${front.length} trials on the Pareto front`} horizontal={horizontal} upright={columns.objective} height={280} paintAbove={paintFront} {...plot} />
      <p className="mt-1 text-xs text-muted">
        {front.length === 0 ? 'No finished trial yet.' : `${front.length} on the front: none is both better and quicker than they are. Time is a whole trial's, along a logarithmic axis.`}
      </p>
    </div>
  )
}
