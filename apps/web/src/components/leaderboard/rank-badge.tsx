import { classNames } from '../ui/class-names.ts'

/** Marks the best of a dataset, and those that cannot be told from it. */
export function RankBadge({ best, tied }: { best: boolean; tied: boolean }) {
  if (!best && !tied) return null
  return (
    <span
      title={best ? 'Highest accuracy on this dataset' : 'Statistically tied with the best: the difference may be chance'}
      className={classNames('rounded-full px-1.5 text-2xs font-semibold whitespace-nowrap', best ? 'bg-accent text-accent-ink' : 'border border-ink/30 text-ink/80')}
    >
      {best ? 'best' : '≈ tied'}
    </span>
  )
}
