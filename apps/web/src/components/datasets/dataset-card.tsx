import type { DatasetSummary } from '@graft/contracts/views'
import Link from 'next/link'
import { countText } from '../../format/count.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'
import { SplitBar, SplitLegend } from './split-bar.tsx'

/** Up to four pictures in one row, eight in two; always the same height. */
function Mosaic({ dataset }: { dataset: DatasetSummary }) {
  const shown = dataset.samples.slice(0, dataset.samples.length < 8 ? 4 : 8)
  return (
    <div className="grid h-42 gap-px bg-sunken" style={{ gridTemplateColumns: `repeat(${Math.min(4, Math.max(1, shown.length))}, minmax(0, 1fr))` }}>
      {shown.map((sample) => (
        <Thumbnail key={sample.classIndex} sha256={sample.sha256} alt={dataset.classes[sample.classIndex] ?? ''} className="size-full min-h-0" />
      ))}
    </div>
  )
}

/** A dataset with a picture of each of its first classes. */
export function DatasetCard({ dataset }: { dataset: DatasetSummary }) {
  return (
    <Link href={`/datasets/${encodeURIComponent(dataset.name)}`} className="group block overflow-hidden rounded-lg border bg-surface shadow-raised transition-colors hover:border-line-strong">
      <Mosaic dataset={dataset} />
      <div className="p-4">
        <div className="flex items-baseline gap-2">
          <h2 className="min-w-0 flex-1 truncate font-semibold tracking-tight group-hover:text-accent">{dataset.name}</h2>
          <span className="text-2xs text-faint">
            <RelativeTime time={dataset.createdAt} />
          </span>
        </div>
        <p className="mt-0.5 mb-3 text-xs text-muted tabular-nums">
          {countText(dataset.images)} images · {dataset.classes.length} classes{dataset.versionCount > 1 && ` · ${dataset.versionCount} versions`}
        </p>
        <SplitBar bySplit={dataset.bySplit} of={dataset.images} />
        <div className="mt-2">
          <SplitLegend bySplit={dataset.bySplit} />
        </div>
      </div>
    </Link>
  )
}
