import type { TrialView } from '@graft/contracts/views'
import { durationText } from '../../format/duration.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { StatePill } from '../ui/state-pill.tsx'

/** Every go at this trial: by whom, how long, how it ended. `told`: the reason that the page gives already. */
export function AttemptList({ attempts, told }: { attempts: TrialView['attempts']; told: string | undefined }) {
  if (attempts.length === 0) return <p className="text-xs text-muted">No worker has taken it yet.</p>
  return (
    <ol className="space-y-2.5">
      {attempts.map((attempt) => (
        <li key={attempt.number} className="text-xs">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="text-faint tabular-nums">#{attempt.number}</span>
            <StatePill state={attempt.state} />
            <span className="min-w-0 truncate">{attempt.worker}</span>
            <span className="ml-auto text-faint tabular-nums">
              {attempt.endedAt === null ? <RelativeTime time={attempt.startedAt} /> : durationText((attempt.endedAt.getTime() - attempt.startedAt.getTime()) / 1000)}
            </span>
          </div>
          {attempt.error !== null && attempt.error.message !== told && <p className="mt-1 pl-6 wrap-anywhere text-muted">{attempt.error.message}</p>}
        </li>
      ))}
    </ol>
  )
}
