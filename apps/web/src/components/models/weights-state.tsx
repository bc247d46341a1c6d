import type { ModelView } from '@graft/contracts/views'
import Link from 'next/link'
import { shortAddresses } from '../../format/short-addresses.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { AvailabilityPill } from './availability-pill.tsx'
import { AvailabilityReason } from './availability-reason.tsx'

/** Whether a model's weights are here, and where they are not, why: the last failed go at fetching them before all else. */
export function WeightsState({ model: { availability, fetchFailure } }: { model: ModelView }) {
  if (fetchFailure === null) {
    return (
      <>
        <AvailabilityPill state={availability.state} />
        <AvailabilityReason availability={availability} />
      </>
    )
  }
  const { error, at, trialId } = fetchFailure
  return (
    <>
      <AvailabilityPill state="fetch-failed" />
      <p className="mt-1 text-xs wrap-anywhere text-danger" title={error.message}>{shortAddresses(error.message)}</p>
      {error.hint !== undefined && (
        <details className="mt-1 text-xs text-muted">
          <summary className="w-fit rounded marker:text-faint hover:text-ink">What to do</summary>
          <p className="mt-1 pl-3.5 wrap-anywhere">{error.hint}</p>
        </details>
      )}
      <p className="mt-1 text-2xs text-faint">
        <RelativeTime time={at} />
        {trialId !== null && <> · <Link href={`/trials/${trialId}`} className="underline underline-offset-2 hover:text-ink">the trial that wanted them</Link></>}
      </p>
    </>
  )
}
