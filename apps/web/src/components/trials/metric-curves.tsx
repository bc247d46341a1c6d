'use client'
import type { Recipe } from '@graft/contracts/recipe'
import type { MetricPoint } from '@graft/contracts/trial'
import { useMemo } from 'react'
import { numberText } from '../../format/number.ts'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { CurveChart } from './curve-chart.tsx'
import { bestStep, curvesOf } from './curve-points.ts'
import { curveMarks, type PhaseSpan } from './phase-spans.ts'
import { trialLearningRates } from './trial-learning-rates.ts'

const lossText = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2))
const accuracyText = (value: number) => `${Math.round(value * 1000) / 10}%`

interface MetricCurvesProps {
  points: readonly MetricPoint[]
  recipe: Recipe
  bestEpoch: number | undefined
  phases: readonly PhaseSpan[]
  live: boolean
}

/** Loss and accuracy over the epochs, growing while the trial runs, and the learning rate that made them. */
export function MetricCurves({ points, recipe, bestEpoch, phases, live }: MetricCurvesProps) {
  const curves = useMemo(() => curvesOf(points), [points])
  const series = useMemo(() => {
    const pair = (metric: 'loss' | 'accuracy') => [
      { name: 'train', values: curves.values[`train/${metric}`] ?? curves.steps.map(() => null), colour: 'part-2', dashed: true },
      { name: 'validation', values: curves.values[`validation/${metric}`] ?? curves.steps.map(() => null), colour: 'accent' },
    ]
    return { loss: pair('loss'), accuracy: pair('accuracy') }
  }, [curves])
  const rates = useMemo(() => trialLearningRates(recipe, phases, curves), [recipe, phases, curves])
  const rateSeries = useMemo(() => [{ name: 'rate', values: rates.rates, colour: 'running' }], [rates])
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
          <div className="min-w-0 lg:col-span-2">
            <CurveChart title="Learning rate" steps={rates.epochs} series={rateSeries} marks={marks} format={numberText} height={120} />
          </div>
        </div>
      )}
    </Panel>
  )
}
