import type { Split } from '@graft/contracts/dataset'
import { countText } from '../../format/count.ts'
import { splitLooks } from './split-look.ts'

/** How the images are divided, as one bar. `of`: what the full width stands for. */
export function SplitBar({ bySplit, of }: { bySplit: Record<Split, number>; of: number }) {
  return (
    <span role="img" aria-label={splitLooks.map(({ split, name }) => `${name} ${bySplit[split]}`).join(', ')} className="flex h-1.5 w-full gap-px overflow-hidden rounded-full">
      {splitLooks.map(({ split, name, bar }) => bySplit[split] > 0 && <span key={split} title={`${name}: ${countText(bySplit[split])}`} className={bar} style={{ width: `${(bySplit[split] / Math.max(1, of)) * 100}%` }} />)}
    </span>
  )
}

/** The colours' names, with counts where given. */
export function SplitLegend({ bySplit }: { bySplit?: Record<Split, number> }) {
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1 text-2xs text-muted tabular-nums">
      {splitLooks.map(({ split, name, bar }) => (
        <span key={split} className="flex items-center gap-1.5">
          <span className={`size-2 rounded-full ${bar}`} />
          {name} {bySplit !== undefined && countText(bySplit[split])}
        </span>
      ))}
    </span>
  )
}
