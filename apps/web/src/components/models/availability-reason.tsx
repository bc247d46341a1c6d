import type { Availability } from '@graft/contracts/model'

/** Why weights are as they are: in full where something must be done, else its first sentence with the rest to unfold. */
export function AvailabilityReason({ availability: { state, reason } }: { availability: Availability }) {
  if (reason === null) return null
  const [, first, rest] = /^(.*?\.)\s+(.+)$/s.exec(reason) ?? []
  if (state === 'unavailable' || first === undefined) return <p className="mt-1 text-xs wrap-anywhere text-muted">{reason}</p>
  return (
    <details className="mt-1 text-xs text-muted">
      <summary className="w-fit rounded wrap-anywhere marker:text-faint hover:text-ink">{first}</summary>
      <p className="mt-1 pl-3.5 wrap-anywhere">{rest}</p>
    </details>
  )
}
