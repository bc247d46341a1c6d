import type { DatasetSummary } from '@graft/contracts/views'
import Link from 'next/link'
import { countText } from '../../format/count.ts'
import { RelativeTime } from '../ui/now.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'
import { SplitBar, SplitLegend } from './split-bar.tsx'

/** A dataset with a picture of each of its first classes. */
export function DatasetCard({ dataset }: { dataset: DatasetSummary }) {
  return (
    <Link href={`/datasets/${encodeURIComponent(dataset.name)}`} className="group block overflow-hidden rounded-lg border bg-surface shadow-raised transition-colors hover:border-line-strong">
      <div className="grid grid-cols-4 gap-px bg-line">
        {Array.from({ length: 8 }, (_, place) => {
          const sample = dataset.samples[place]
          return sample === undefined ? (
            <span key={place} className="aspect-[4/3] bg-sunken" />
          ) : (
            <Thumbnail key={place} sha256={sample.sha256} alt={dataset.classes[sample.classIndex] ?? ''} className="aspect-[4/3] w-full" />
          )
        })}
      </div>
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
