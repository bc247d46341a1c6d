import type { FeatureReuse } from '@graft/contracts/trial'
import { Recycle } from 'lucide-react'
import { countText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'

/** How much of the trunk's work earlier trials had done already. */
export function FeatureReuseNote({ features }: { features: FeatureReuse }) {
  const all = features.reused + features.computed
  if (all === 0) return <p className="text-xs text-muted">This model learns from the pixels: there are no features to reuse.</p>
  return (
    <div>
      <p className="flex items-center gap-2 text-sm tabular-nums">
        <Recycle aria-hidden size={15} className="text-accent" />
        <span>
          <b className="font-semibold">{countText(features.reused)}</b> of {countText(all)} features reused
        </span>
      </p>
      <div className="my-2 h-1.5 overflow-hidden rounded-full bg-sunken">
        <div className="h-full rounded-full bg-accent" style={{ width: `${(features.reused / all) * 100}%` }} />
      </div>
      <p className="text-xs text-muted tabular-nums">{features.problem ?? (features.reused > 0 ? `That saved ${durationText(features.secondsSaved)}.` : 'Computed here for the first time; the next trials reuse them.')}</p>
    </div>
  )
}
