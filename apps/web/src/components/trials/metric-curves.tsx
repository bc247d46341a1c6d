'use client'
import type { MetricPoint } from '@graft/contracts/trial'
import { useMemo } from 'react'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { CurveChart } from './curve-chart.tsx'
import { bestStep, curvesOf } from './curve-points.ts'
import { curveMarks, type PhaseSpan } from './phase-spans.ts'

const lossText = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2))
const accuracyText = (value: number) => `${Math.round(value * 1000) / 10}%`

/** Loss and accuracy over the epochs, growing while the trial runs. */
export function MetricCurves({ points, bestEpoch, phases, live }: { points: readonly MetricPoint[]; bestEpoch: number | undefined; phases: readonly PhaseSpan[]; live: boolean }) {
  const curves = useMemo(() => curvesOf(points), [points])
  const series = useMemo(() => {
    const pair = (metric: 'loss' | 'accuracy') => [
      { name: 'train', values: curves.values[`train/${metric}`] ?? curves.steps.map(() => null), colour: 'part-2', dashed: true },
      { name: 'validation', values: curves.values[`validation/${metric}`] ?? curves.steps.map(() => null), colour: 'accent' },
    ]
    return { loss: pair('loss'), accuracy: pair('accuracy') }
  }, [curves])
  const best = bestEpoch ?? bestStep(curves)
  const marks = useMemo(() => curveMarks(phases, best), [phases, best])
  return (
    <Panel title="Curves" note={best === undefined ? undefined : <>best epoch <b className="font-semibold text-ink tabular-nums">{best}</b>{live && ' so far'}, by validation accuracy</>}>
      {curves.steps.length === 0 ? (
        <div className="grid gap-4 lg:grid-cols-2">
          {live ? <><Skeleton className="h-60" /><Skeleton className="h-60" /></> : <p className="text-sm text-muted">No epoch was recorded.</p>}
        </div>
      ) : (
        <div className="grid gap-5 lg:grid-cols-2">
          <CurveChart title="Accuracy" steps={curves.steps} series={series.accuracy} marks={marks} format={accuracyText} range={[0, 1]} />
          <CurveChart title="Loss" steps={curves.steps} series={series.loss} marks={marks} format={lossText} />
        </div>
      )}
    </Panel>
  )
}
