import type { Interval } from '@graft/contracts/interval'
import { intervalText, percentText } from '../../format/accuracy.ts'

/** An accuracy and its 95% interval on a line from 0 to 100%, with a tick at guessing. */
export function IntervalWhisker({ accuracy, interval, chance }: { accuracy: number; interval: Interval; chance: number }) {
  const [low, high] = interval
  return (
    <span role="img" aria-label={`${percentText(accuracy)}%, 95% interval ${intervalText(interval)}%`} className="relative block h-2.5 w-full">
      <span className="absolute inset-x-0 top-1/2 h-px bg-ink/15" />
      <span className="absolute top-0.5 bottom-0.5 w-px bg-ink/30" style={{ left: `${chance * 100}%` }} />
      <span className="absolute top-1/2 h-[3px] -translate-y-1/2 rounded-full bg-ink/45" style={{ left: `${low * 100}%`, width: `${Math.max(0.5, (high - low) * 100)}%` }} />
      <span className="absolute top-0 bottom-0 w-[3px] -translate-x-1/2 rounded-full bg-ink" style={{ left: `${accuracy * 100}%` }} />
    </span>
  )
}
