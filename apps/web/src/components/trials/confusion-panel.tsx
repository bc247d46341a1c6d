'use client'
import type { Split } from '@graft/contracts/dataset'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { percentText } from '../../format/accuracy.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segments } from '../ui/segments.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { layOutConfusion, type ConfusionLayout } from './confusion-layout.ts'

const splits = [{ value: 'test' as const, text: 'Test' }, { value: 'validation' as const, text: 'Validation' }]
/** More classes than this, and the cells are too small for numbers. */
const mostWithNumbers = 16

/** Right answers are green, wrong ones amber; how strong says what share of the class. */
function cellColour(share: number, right: boolean): string {
  if (share === 0) return 'var(--color-sunken)'
  return `color-mix(in oklab, var(${right ? '--color-scale' : '--color-part-4'}) ${Math.round(14 + 66 * share)}%, var(--color-surface))`
}

interface Pointed {
  truth: number
  predicted: number
}

function Grid({ layout, onPoint }: { layout: ConfusionLayout; onPoint: (cell: Pointed | null) => void }) {
  const names = layout.rows.map(({ name }) => name)
  const numbers = names.length <= mostWithNumbers
  const size = numbers ? 'minmax(1.6rem,2.6rem)' : 'minmax(0.5rem,1.4rem)'
  return (
    <div role="table" aria-label="Confusion matrix: rows are true classes, columns are predicted ones" className="grid w-fit max-w-full gap-px text-2xs tabular-nums" style={{ gridTemplateColumns: `fit-content(9rem) repeat(${names.length},${size})` }} onPointerLeave={() => onPoint(null)}>
      <div role="row" className="contents">
        <span role="columnheader" className="sr-only">True class</span>
        <span aria-hidden />
        {names.map((name) => (
          <span key={name} role="columnheader" title={name} className="flex items-end justify-center overflow-hidden pb-1 text-muted">
            <span className="max-h-28 truncate [writing-mode:vertical-rl] rotate-180">{name}</span>
          </span>
        ))}
      </div>
      {layout.rows.map((row, truth) => (
        <div key={row.name} role="row" className="contents">
          <span role="rowheader" title={row.name} className="truncate self-center pr-2 text-right text-muted">
            {row.name}
          </span>
          {row.cells.map(({ count, share }, predicted) => (
            <span
              key={names[predicted]}
              role="cell"
              aria-label={`${row.name} taken for ${names[predicted]}: ${count}`}
              onPointerEnter={() => onPoint({ truth, predicted })}
              style={{ background: cellColour(share, truth === predicted) }}
              className="grid aspect-square place-items-center rounded-[3px] text-ink hover:outline-2 hover:outline-ink"
            >
              {numbers && count > 0 ? count : ''}
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}

function Remark({ layout, pointed }: { layout: ConfusionLayout; pointed: Pointed | null }) {
  const name = (place: number) => layout.rows[place]?.name
  if (pointed !== null) {
    const row = layout.rows[pointed.truth]!
    const { count, share } = row.cells[pointed.predicted]!
    return (
      <p className="text-sm tabular-nums">
        <b className="font-semibold">{row.name}</b> {pointed.truth === pointed.predicted ? 'recognised' : <>taken for <b className="font-semibold">{name(pointed.predicted)}</b></>}: {count} of {row.total} ({percentText(share)}%)
      </p>
    )
  }
  return (
    <div className="text-sm">
      <p className="tabular-nums">
        {layout.correct} of {layout.total} right.
      </p>
      {layout.mistakes.length > 0 && (
        <>
          <p className="mt-3 mb-1 text-xs text-muted">Commonest mistakes</p>
          <ol className="space-y-1 text-xs">
            {layout.mistakes.slice(0, 5).map(({ truth, predicted, count }) => (
              <li key={`${truth} ${predicted}`} className="flex gap-2 tabular-nums">
                <b className="w-6 text-right font-semibold">{count}×</b>
                <span className="min-w-0 wrap-anywhere">
                  {name(truth)} <span className="text-faint">taken for</span> {name(predicted)}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  )
}

/** Which class was taken for which. */
export function ConfusionPanel({ trialId }: { trialId: string }) {
  const trpc = useTRPC()
  const [split, setSplit] = useState<Split>('test')
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const matrix = useQuery(trpc.trial.confusion.queryOptions({ id: trialId, split }))
  const layout = matrix.data === undefined ? undefined : layOutConfusion(matrix.data)
  return (
    <Panel title="Confusion" note="rows: true class, columns: predicted" actions={<Segments label="Split" value={split} options={splits} onChange={setSplit} />}>
      {matrix.isPending && <Skeleton className="h-80" />}
      {matrix.isError && <ErrorState error={matrix.error} onRetry={() => void matrix.refetch()} />}
      {layout !== undefined && (
        <div className="flex flex-wrap gap-x-8 gap-y-4">
          <div className="max-w-full overflow-x-auto p-0.5">
            <Grid layout={layout} onPoint={setPointed} />
          </div>
          <div className="min-w-44 flex-1" aria-live="polite">
            <Remark layout={layout} pointed={pointed} />
          </div>
        </div>
      )}
    </Panel>
  )
}
