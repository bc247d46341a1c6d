import type { Timings } from '@graft/contracts/trial'
import { durationText } from '../../format/duration.ts'

const parts = [
  { key: 'decode', name: 'Decode', look: 'bg-part-1' },
  { key: 'extraction', name: 'Features', look: 'bg-part-2' },
  { key: 'training', name: 'Training', look: 'bg-part-3' },
  { key: 'evaluation', name: 'Evaluation', look: 'bg-part-4' },
] as const

/** Where the seconds went. What the named parts do not cover is the rest: loading, storing. */
export function TimingsBar({ timings }: { timings: Timings }) {
  const named = parts.reduce((sum, { key }) => sum + timings[key], 0)
  const whole = Math.max(timings.total, named, 1e-9)
  const rest = Math.max(0, timings.total - named)
  return (
    <div>
      <div role="img" aria-label={parts.map(({ key, name }) => `${name} ${durationText(timings[key])}`).join(', ')} className="flex h-3 w-full gap-px overflow-hidden rounded-full bg-sunken">
        {parts.map(({ key, name, look }) => (
          <span key={key} title={`${name}: ${durationText(timings[key])}`} className={look} style={{ width: `${(timings[key] / whole) * 100}%` }} />
        ))}
      </div>
      <ul className="mt-3 space-y-1 text-xs tabular-nums">
        {parts.map(({ key, name, look }) => (
          <li key={key} className="flex items-center gap-2">
            <span className={`size-2 rounded-full ${look}`} />
            <span className="flex-1 text-muted">{name}</span>
            {durationText(timings[key])}
          </li>
        ))}
        {rest > 0.0005 && (
          <li className="flex items-center gap-2">
            <span className="size-2 rounded-full border bg-sunken" />
            <span className="flex-1 text-muted">Rest: loading, storing</span>
            {durationText(rest)}
          </li>
        )}
        <li className="flex items-center gap-2 border-t pt-1 font-semibold">
          <span className="flex-1">Total</span>
          {durationText(timings.total)}
        </li>
      </ul>
    </div>
  )
}
