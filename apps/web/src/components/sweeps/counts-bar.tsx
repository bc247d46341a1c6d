import type { JobState } from '@graft/contracts/trial'
import { sweepTotals } from './sweep-totals.ts'

const parts: readonly { state: JobState; name: string; look: string }[] = [
  { state: 'finished', name: 'finished', look: 'bg-accent' },
  { state: 'failed', name: 'failed', look: 'bg-danger' },
  { state: 'cancelled', name: 'cancelled', look: 'bg-faint/60' },
  { state: 'running', name: 'running', look: 'bg-running/55 working' },
]

/** A sweep's trials by state: one bar, what is left is empty. */
export function CountsBar({ counts }: { counts: Record<JobState, number> }) {
  const { total } = sweepTotals(counts)
  return (
    <span role="img" aria-label={parts.map(({ state, name }) => `${counts[state]} ${name}`).join(', ')} className="flex h-1.5 w-full gap-px overflow-hidden rounded-full bg-ink/10">
      {parts.map(({ state, name, look }) => counts[state] > 0 && <span key={state} title={`${counts[state]} ${name}`} className={`h-full transition-[width] duration-500 ${look}`} style={{ width: `${(counts[state] / total) * 100}%` }} />)}
    </span>
  )
}
