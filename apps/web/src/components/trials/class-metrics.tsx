'use client'
import type { ClassificationMetrics } from '@graft/contracts/classification-metrics'
import type { TrialSummary } from '@graft/contracts/trial'
import { useState } from 'react'
import { percentText } from '../../format/accuracy.ts'
import { Figure } from '../ui/figure.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segments } from '../ui/segments.tsx'

const splits = [{ value: 'test' as const, text: 'Test' }, { value: 'validation' as const, text: 'Validation' }]
/** More classes than this are worst first, and the rest on request. */
const shownAtFirst = 12

function Means({ metrics }: { metrics: ClassificationMetrics }) {
  return (
    <dl className="grid grid-cols-2 gap-x-8 gap-y-4 sm:grid-cols-3 lg:grid-cols-4 xl:grid-flow-col xl:auto-cols-fr xl:grid-cols-none">
      <Figure name="Precision" remark="mean over classes">{percentText(metrics.precision)}%</Figure>
      <Figure name="Recall" remark="mean over classes">{percentText(metrics.recall)}%</Figure>
      <Figure name="F1" remark="mean over classes">{percentText(metrics.f1)}%</Figure>
      <Figure name="AUC" remark="one class against the rest">{metrics.areaUnderCurve === null ? '–' : metrics.areaUnderCurve.toFixed(3)}</Figure>
      <Figure name="Calibration error" remark="confidence from accuracy">{percentText(metrics.calibrationError)}%</Figure>
      {metrics.topAccuracy.map(({ k, accuracy }) => (
        <Figure key={k} name={`Top ${k}`} remark={`true class among the first ${k}`}>{percentText(accuracy)}%</Figure>
      ))}
    </dl>
  )
}

function Share({ value }: { value: number }) {
  return (
    <td className="py-1 pl-3">
      <span className="flex items-center justify-end gap-2">
        <span aria-hidden className="hidden h-1.5 w-16 overflow-hidden rounded-full bg-sunken sm:block">
          <span className="block h-full rounded-full bg-scale" style={{ width: `${value * 100}%` }} />
        </span>
        <span className="w-12 text-right">{percentText(value)}%</span>
      </span>
    </td>
  )
}

function ClassTable({ metrics, classes }: { metrics: ClassificationMetrics; classes: readonly string[] }) {
  const [all, setAll] = useState(false)
  const rows = metrics.classes.map((own, index) => ({ ...own, name: classes[index] ?? String(index) })).filter(({ images }) => images > 0).toSorted((a, b) => a.f1 - b.f1)
  const shown = all ? rows : rows.slice(0, shownAtFirst)
  return (
    <div className="mt-4 overflow-x-auto" tabIndex={0} role="region" aria-label="Scores by class">
      <table className="w-full text-xs tabular-nums">
        <thead className="text-left text-muted">
          <tr>
            <th scope="col" className="py-1 font-normal">Class, hardest first</th>
            <th scope="col" className="py-1 pl-3 text-right font-normal">Images</th>
            <th scope="col" className="py-1 pl-3 text-right font-normal">Precision</th>
            <th scope="col" className="py-1 pl-3 text-right font-normal">Recall</th>
            <th scope="col" className="py-1 pl-3 text-right font-normal">F1</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, images, precision, recall, f1 }) => (
            <tr key={name} className="border-t">
              <th scope="row" className="max-w-48 truncate py-1 text-left font-medium" title={name}>{name}</th>
              <td className="py-1 pl-3 text-right text-muted">{images}</td>
              <Share value={precision} />
              <Share value={recall} />
              <Share value={f1} />
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown.length && (
        <button type="button" onClick={() => setAll(true)} className="mt-2 text-xs text-accent hover:underline">
          Show all {rows.length} classes
        </button>
      )}
    </div>
  )
}

/** How good the predictions are beyond accuracy, in the mean and class by class. Nothing for trials that were scored before these were computed. */
export function ClassMetricsPanel({ summary, classes }: { summary: TrialSummary; classes: readonly string[] }) {
  const [split, setSplit] = useState<'test' | 'validation'>('test')
  if (summary.test.metrics === undefined) return null
  const { metrics } = summary[split]
  return (
    <Panel title="Classes" actions={summary.validation.metrics !== undefined && <Segments label="Split" value={split} options={splits} onChange={setSplit} />}>
      {metrics !== undefined && (
        <>
          <Means metrics={metrics} />
          <ClassTable key={split} metrics={metrics} classes={classes} />
        </>
      )}
    </Panel>
  )
}
