import type { DatasetDetail } from '@graft/contracts/views'
import { countText } from '../../format/count.ts'
import { Panel } from '../ui/panel.tsx'
import { SplitBar, SplitLegend } from './split-bar.tsx'

const total = (bySplit: DatasetDetail['bySplit']) => bySplit.train + bySplit.validation + bySplit.test

/** Images by class, each bar divided into its splits. */
export function ClassBalance({ detail }: { detail: DatasetDetail }) {
  const largest = Math.max(1, ...detail.balance.map(({ bySplit }) => total(bySplit)))
  return (
    <Panel title="Class balance" actions={<SplitLegend bySplit={detail.bySplit} />}>
      {/* One grid for all rows: the names take what the longest needs, up to a limit, and the bars the rest. */}
      <ul tabIndex={0} aria-label="Images by class" className="grid max-h-96 grid-cols-[fit-content(min(14rem,45%))_minmax(0,1fr)_auto] gap-x-3 gap-y-1.5 overflow-y-auto">
        {detail.balance.map(({ classIndex, className, bySplit }) => (
          <li key={classIndex} className="col-span-3 grid grid-cols-subgrid items-center">
            <span title={className} className="truncate text-xs">
              {className}
            </span>
            <SplitBar bySplit={bySplit} of={largest} />
            <span className="text-right text-xs text-muted tabular-nums">{countText(total(bySplit))}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
