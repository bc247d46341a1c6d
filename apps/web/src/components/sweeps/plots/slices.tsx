'use client'
import { useMemo } from 'react'
import type { HoveredTrial } from './hovered-trial.ts'
import { ScatterPlot, spread } from './scatter-plot.tsx'
import type { PlotAxis, SweepColumns } from './sweep-columns.ts'

export interface TrialPlotProps {
  columns: SweepColumns
  /** 1 for the trials within the brushes. */
  inside: Uint8Array
  hovered: HoveredTrial
  onOpen: (trial: number) => void
}

function Slice({ axis, ...plot }: TrialPlotProps & { axis: PlotAxis }) {
  const { columns } = plot
  const horizontal = useMemo(() => ({ scale: axis.scale, places: spread(axis) }), [axis])
  return (
    <figure className="min-w-0">
      <figcaption className="mb-0.5 truncate px-1 text-xs font-medium" title={axis.name}>{axis.label}</figcaption>
      <ScatterPlot label={`${columns.objective.label} against ${axis.label}`} horizontal={horizontal} upright={columns.objective} height={190} {...plot} />
    </figure>
  )
}

/** The objective against each parameter: where its good values lie. */
export function Slices({ axes, ...plot }: TrialPlotProps & { axes: readonly PlotAxis[] }) {
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
      {axes.map((axis) => (
        <Slice key={axis.name} axis={axis} {...plot} />
      ))}
    </div>
  )
}
