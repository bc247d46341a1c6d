import type { Budget } from '@graft/contracts/sweep-search'
import type { BudgetUse } from '@graft/contracts/sweep-results'
import { countText, shortCountText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'

const units: Readonly<Record<keyof BudgetUse, { name: string; text: (value: number) => string }>> = {
  trials: { name: 'Trials', text: countText },
  seconds: { name: 'Time of training', text: durationText },
  images: { name: 'Images seen', text: shortCountText },
}

/** How much of each limit of a search is used. */
export function BudgetBars({ budget, used }: { budget: Budget | undefined; used: BudgetUse }) {
  const limits = (['trials', 'seconds', 'images'] as const).flatMap((unit) => (budget?.[unit] === undefined ? [] : [{ unit, limit: budget[unit] }]))
  if (limits.length === 0) return null
  return (
    <ul aria-label="Budget" className="grid gap-x-6 gap-y-3 sm:grid-cols-3">
      {limits.map(({ unit, limit }) => {
        const { name, text } = units[unit]
        const share = Math.min(1, used[unit] / limit)
        return (
          <li key={unit} className="min-w-0 text-xs tabular-nums">
            <p className="mb-1 flex justify-between gap-2 text-muted">
              <span>{name}</span>
              <span><b className="font-semibold text-ink">{text(used[unit])}</b> of {text(limit)}</span>
            </p>
            <div role="progressbar" aria-label={`Budget: ${name}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)} className="h-1.5 overflow-hidden rounded-full bg-ink/10">
              <div className={share >= 1 ? 'h-full bg-warning' : 'h-full bg-accent'} style={{ width: `${share * 100}%` }} />
            </div>
          </li>
        )
      })}
    </ul>
  )
}
