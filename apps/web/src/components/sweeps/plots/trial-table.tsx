'use client'
import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, Download } from 'lucide-react'
import Link from 'next/link'
import { memo, useMemo, useState } from 'react'
import { percentText } from '../../../format/accuracy.ts'
import { countText } from '../../../format/count.ts'
import { durationText } from '../../../format/duration.ts'
import { shortValue } from '../../plots/axis-scale.ts'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { StatePill, type TrialState } from '../../ui/state-pill.tsx'
import { objectiveText, type SweepColumns } from './sweep-columns.ts'
import { trialCsv } from './trial-csv.ts'
import { sortTrials, type TrialOrder } from './trial-order.ts'

const pageSize = 25

function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  Object.assign(document.createElement('a'), { href: address, download: name }).click()
  URL.revokeObjectURL(address)
}

interface Column {
  by: string
  title: string
  isNumber: boolean
}

function HeaderCell({ column, order, onOrder }: { column: Column; order: TrialOrder; onOrder: (order: TrialOrder) => void }) {
  const isSorted = order.by === column.by
  const Arrow = order.descending ? ArrowDown : ArrowUp
  return (
    <th scope="col" aria-sort={isSorted ? (order.descending ? 'descending' : 'ascending') : 'none'} className={classNames('border-b px-3 py-1.5 font-medium whitespace-nowrap text-muted', column.isNumber ? 'text-right' : 'text-left')}>
      <button type="button" title={column.by} onClick={() => onOrder({ by: column.by, descending: isSorted ? !order.descending : column.by === 'testAccuracy' })} className="inline-flex items-center gap-1 rounded hover:text-ink">
        {column.title} {isSorted && <Arrow aria-hidden size={12} />}
      </button>
    </th>
  )
}

function TrialRow({ columns, trial, metric, parameters }: { columns: SweepColumns; trial: number; metric: string; parameters: readonly { index: number }[] }) {
  const point = columns.trials[trial]!
  return (
    <tr className="hover:bg-hover">
      <td className="border-b px-3 py-1.5 text-right"><Link href={`/trials/${point.trialId}`} className="text-accent hover:underline">{point.configuration + 1}</Link></td>
      <td className="border-b px-3 py-1.5"><StatePill state={point.state} /></td>
      <td className="border-b px-3 py-1.5 text-right font-semibold">{objectiveText(metric, point.objective)}</td>
      <td className="border-b px-3 py-1.5 text-right">{point.testAccuracy === null ? '–' : `${percentText(point.testAccuracy)}%`}</td>
      <td className="border-b px-3 py-1.5 whitespace-nowrap">{point.dataset}</td>
      <td className="border-b px-3 py-1.5 whitespace-nowrap">{point.model}</td>
      <td className="border-b px-3 py-1.5 text-right">{point.seed}</td>
      {parameters.map(({ index }) => {
        const value = point.values[index] ?? null
        return <td key={index} className={classNames('border-b px-3 py-1.5 whitespace-nowrap', typeof value === 'number' && 'text-right')}>{value === null ? <span className="text-faint">–</span> : shortValue(value)}</td>
      })}
      <td className="border-b px-3 py-1.5 text-right">{point.epochs}</td>
      <td className="border-b px-3 py-1.5 text-right whitespace-nowrap">{point.seconds === null ? '–' : durationText(point.seconds)}</td>
    </tr>
  )
}

interface TrialTableProps {
  columns: SweepColumns
  /** Names of the parameters in the order of a trial's values. */
  names: readonly string[]
  metric: string
  inside: Uint8Array
}

/** Every trial in a table: sorted by any column, by state, a page at a time; what the brushes leave out is left out here too. */
export const TrialTable = memo(function TrialTable({ columns, names, metric, inside }: TrialTableProps) {
  const [state, setState] = useState<TrialState | 'all'>('all')
  const [order, setOrder] = useState<TrialOrder>({ by: 'objective', descending: columns.maximizes })
  const [page, setPage] = useState(0)
  const counts = useMemo(() => {
    const found = new Map<TrialState, number>()
    for (const trial of columns.trials) found.set(trial.state, (found.get(trial.state) ?? 0) + 1)
    return found
  }, [columns])
  const sorted = useMemo(() => sortTrials(columns, columns.trials.flatMap((trial, index) => (inside[index] === 1 && (state === 'all' || trial.state === state) ? [index] : [])), order), [columns, inside, state, order])
  const last = Math.max(0, Math.ceil(sorted.length / pageSize) - 1)
  const shown = Math.min(page, last)
  const parameters = names.flatMap((name, index) => (name === 'dataset' || name === 'model' ? [] : [{ index, name, label: columns.axes.find((axis) => axis.name === name)?.label ?? name, isNumber: columns.trials.some(({ values }) => typeof values[index] === 'number') }]))
  const headers: Column[] = [
    { by: 'configuration', title: 'No.', isNumber: true },
    { by: 'state', title: 'State', isNumber: false },
    { by: 'objective', title: columns.objective.label, isNumber: true },
    { by: 'testAccuracy', title: 'test accuracy', isNumber: true },
    { by: 'dataset', title: 'dataset', isNumber: false },
    { by: 'model', title: 'model', isNumber: false },
    { by: 'seed', title: 'seed', isNumber: true },
    ...parameters.map(({ name, label, isNumber }) => ({ by: name, title: label, isNumber })),
    { by: 'epochs', title: 'epochs', isNumber: true },
    { by: 'seconds', title: 'time', isNumber: true },
  ]
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-2">
        <label className="flex items-center gap-2 text-xs text-muted">
          State
          <select value={state} onChange={(event) => { setState(event.target.value as TrialState | 'all'); setPage(0) }} className="h-7.5 rounded-md border bg-raised px-2 text-xs text-ink">
            <option value="all">all ({countText(columns.trials.length)})</option>
            {[...counts].map(([name, count]) => <option key={name} value={name}>{name} ({countText(count)})</option>)}
          </select>
        </label>
        <Button size="small" look="quiet" title="These trials, with every parameter, as a table for a spreadsheet or pandas" disabled={sorted.length === 0} onClick={() => saveText('trials.csv', trialCsv(columns, names, sorted))}><Download aria-hidden size={13} /> CSV</Button>
        <span aria-live="polite" className="ml-auto text-xs text-muted tabular-nums">{sorted.length === 0 ? 'None' : `${countText(shown * pageSize + 1)}–${countText(Math.min(sorted.length, (shown + 1) * pageSize))} of ${countText(sorted.length)}`}</span>
        <span className="flex gap-1">
          <Button size="icon" look="quiet" aria-label="Page before" disabled={shown === 0} onClick={() => setPage(shown - 1)}><ChevronLeft aria-hidden size={16} /></Button>
          <Button size="icon" look="quiet" aria-label="Next page" disabled={shown === last} onClick={() => setPage(shown + 1)}><ChevronRight aria-hidden size={16} /></Button>
        </span>
      </div>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of trials">
        <table className="w-full border-separate border-spacing-0 text-xs tabular-nums">
          <thead>
            <tr>{headers.map((column) => <HeaderCell key={column.by} column={column} order={order} onOrder={(next) => { setOrder(next); setPage(0) }} />)}</tr>
          </thead>
          <tbody>{sorted.slice(shown * pageSize, (shown + 1) * pageSize).map((trial) => <TrialRow key={columns.trials[trial]!.trialId} columns={columns} trial={trial} metric={metric} parameters={parameters} />)}</tbody>
        </table>
      </div>
      {sorted.length === 0 && <p className="px-4 py-6 text-center text-sm text-muted">No trial is left: choose another state, or take ranges back.</p>}
    </div>
  )
})
