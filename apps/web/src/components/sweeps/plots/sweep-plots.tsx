'use client'
import type { ParameterImportance, SweepCurve, SweepPoints } from '@graft/contracts/sweep-results'
import { useRouter } from 'next/navigation'
import { useMemo, useState, type ReactNode } from 'react'
import { countText, quantityText } from '../../../format/count.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { brushedTrials, countInside, noBrushes, type Brushes } from './brushes.ts'
import { ColourLegend } from './colour-legend.tsx'
import { HoveredTrial } from './hovered-trial.ts'
import { ImportanceBars } from './importance-bars.tsx'
import { LearningCurves } from './learning-curves.tsx'
import { ParallelCoordinates } from './parallel-coordinates.tsx'
import { ParetoPlot } from './pareto-plot.tsx'
import { Slices } from './slices.tsx'
import { sweepColumns } from './sweep-columns.ts'
import { TrialReadout } from './trial-readout.tsx'
import { TrialTable } from './trial-table.tsx'

/** Answers of the server, or why there is none. */
export interface Asked<Data> {
  data: Data | undefined
  error: unknown
}

/** More slices than these say little each. */
const mostSlices = 12

function Answer<Data>({ asked, height, empty, children }: { asked: Asked<Data>; height: string; empty: (data: Data) => string | null; children: (data: Data) => ReactNode }) {
  if (asked.data === undefined) return asked.error == null ? <Skeleton className={height} /> : <ErrorNote error={asked.error} />
  const nothing = empty(asked.data)
  return nothing === null ? children(asked.data) : <p className="text-sm text-muted">{nothing}</p>
}

interface SweepPlotsProps {
  points: SweepPoints
  curves: Asked<readonly SweepCurve[]>
  /** Null: of a sweep without a search. */
  importance: Asked<readonly ParameterImportance[]> | null
}

/** The plots of a sweep and the table behind them. A range that is chosen in one holds in all; a trial that is pointed at in one is strong in all. */
export function SweepPlots({ points, curves, importance }: SweepPlotsProps) {
  const router = useRouter()
  const [brushes, setBrushes] = useState<Brushes>(noBrushes)
  const [hovered] = useState(() => new HoveredTrial())
  const columns = useMemo(() => sweepColumns(points), [points])
  const inside = useMemo(() => brushedTrials(columns, brushes), [columns, brushes])
  const names = useMemo(() => points.parameters.map(({ name }) => name), [points])
  const { metric } = columns
  const count = countInside(inside)
  const plot = { columns, inside, hovered, onOpen: (trial: number) => router.push(`/trials/${columns.trials[trial]!.trialId}`) }
  const sliced = useMemo(() => {
    const rank = new Map((importance?.data ?? []).map(({ name, importance: share }) => [name, share]))
    return columns.axes.toSorted((a, b) => (rank.get(b.name) ?? 0) - (rank.get(a.name) ?? 0)).slice(0, mostSlices)
  }, [columns, importance?.data])
  return (
    <>
      {columns.axes.length > 0 && (
        <Panel title="Parallel coordinates" note={brushes.size === 0 ? quantityText(columns.trials.length, 'trial') : `${countText(count)} of ${quantityText(columns.trials.length, 'trial')}`} actions={<ColourLegend columns={columns} />}>
          <ParallelCoordinates {...plot} brushes={brushes} onBrushes={setBrushes} />
          <div className="mt-2"><TrialReadout columns={columns} hovered={hovered} metric={metric} /></div>
        </Panel>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <Panel title="Learning curves" note={`${columns.objective.label} by epoch`}>
          <Answer asked={curves} height="h-80" empty={(data) => (data.length === 0 ? 'No epoch has ended yet.' : null)}>{(data) => <LearningCurves {...plot} curves={data} />}</Answer>
        </Panel>
        <ParetoPlot {...plot} />
      </div>
      {importance !== null && (
        <Panel title="Importance of parameters" note="share of the objective’s variance (fANOVA)">
          <Answer asked={importance} height="h-32" empty={(data) => (data.length === 0 ? 'Too few trials are finished to tell.' : null)}>{(data) => <ImportanceBars importance={data} />}</Answer>
        </Panel>
      )}
      {sliced.length > 0 && (
        <Panel title="Slices" note={`${columns.objective.label} against each parameter${columns.axes.length > mostSlices ? `, the ${mostSlices} most important` : ''}`}>
          <Slices {...plot} axes={sliced} />
        </Panel>
      )}
      <Panel title="All trials" note="what the plots are drawn from" flush>
        <TrialTable columns={columns} names={names} metric={metric} inside={inside} />
      </Panel>
    </>
  )
}
