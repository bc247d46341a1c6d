import { scaleColour } from './accuracy-colour.ts'
import { RankBadge } from './rank-badge.tsx'

/** How to read the matrix. */
export function LeaderboardLegend() {
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 border-t px-4 py-2.5 text-2xs text-muted">
      <span className="flex items-center gap-2">
        chance
        <span className="flex overflow-hidden rounded-sm border">
          {[0, 0.2, 0.4, 0.6, 0.8, 1].map((strength) => (
            <span key={strength} className="h-3 w-5" style={{ background: scaleColour(strength) }} />
          ))}
        </span>
        100%
      </span>
      <span className="flex items-center gap-2">
        <span aria-hidden className="relative h-2.5 w-12">
          <span className="absolute inset-x-0 top-1/2 h-px bg-ink/15" />
          <span className="absolute top-1/2 right-2 left-3 h-[3px] -translate-y-1/2 rounded-full bg-ink/45" />
          <span className="absolute inset-y-0 left-7 w-[3px] rounded-full bg-ink" />
        </span>
        mean test accuracy and its 95% interval over seeds and images
      </span>
      <span className="flex items-center gap-2">
        <RankBadge best={false} tied /> cannot be told from the best
      </span>
    </div>
  )
}
