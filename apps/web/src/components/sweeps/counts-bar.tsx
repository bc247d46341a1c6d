import type { TrialState } from '../ui/state-pill.tsx'
import { sweepTotals, type StateCounts } from './sweep-totals.ts'

const parts: readonly { state: TrialState; name: string; look: string }[] = [
  { state: 'finished', name: 'finished', look: 'bg-accent' },
  { state: 'pruned', name: 'pruned', look: 'bg-accent/45' },
  { state: 'diverged', name: 'diverged', look: 'bg-danger/55' },
  { state: 'failed', name: 'failed', look: 'bg-danger' },
  { state: 'cancelled', name: 'cancelled', look: 'bg-faint/60' },
  { state: 'paused', name: 'paused', look: 'bg-warning/70' },
  { state: 'running', name: 'running', look: 'bg-running/55 working' },
]

/** A sweep's trials by state: one bar, what is left is empty. */
export function CountsBar({ counts }: { counts: StateCounts }) {
  const { total } = sweepTotals(counts)
  const shown = parts.map((part) => ({ ...part, count: counts[part.state] ?? 0 })).filter(({ count, state }) => count > 0 || state === 'finished')
  return (
    <span role="img" aria-label={shown.map(({ count, name }) => `${count} ${name}`).join(', ')} className="flex h-1.5 w-full gap-px overflow-hidden rounded-full bg-ink/10">
      {shown.map(({ state, name, look, count }) => count > 0 && <span key={state} title={`${count} ${name}`} className={`h-full transition-[width] duration-500 ${look}`} style={{ width: `${(count / total) * 100}%` }} />)}
    </span>
  )
}
