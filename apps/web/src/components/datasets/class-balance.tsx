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
      <ul className="max-h-96 space-y-1.5 overflow-y-auto">
        {detail.balance.map(({ classIndex, className, bySplit }) => (
          <li key={classIndex} className="grid grid-cols-[minmax(6rem,11rem)_1fr_3rem] items-center gap-3">
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
