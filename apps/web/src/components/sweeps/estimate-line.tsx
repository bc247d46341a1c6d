'use client'
import type { SweepRequest } from '@graft/contracts/sweep'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { durationText } from '../../format/duration.ts'
import { quantityText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** What a launch would cost, before it is pressed. `request` is null while the form is not valid. */
export function EstimateLine({ request }: { request: SweepRequest | null }) {
  const trpc = useTRPC()
  const estimate = useQuery(trpc.sweep.estimate.queryOptions(request ?? { datasets: [], models: [], recipe: {} as never, seeds: [] }, { enabled: request !== null, placeholderData: keepPreviousData }))
  if (request === null) return <p className="text-sm text-faint">Fill in the form to see what it would cost.</p>
  if (estimate.isError) return <ErrorNote error={estimate.error} />
  if (estimate.data === undefined) return <Skeleton className="h-10" />
  const { trials, alreadyDone, seconds, basis, workers } = estimate.data
  const toRun = trials - alreadyDone
  return (
    <div aria-live="polite" className="tabular-nums">
      <p className="text-base font-semibold tracking-tight">
        {quantityText(toRun, 'trial')}
        {toRun > 0 && <span className="font-normal text-muted"> · about {durationText(seconds)}</span>}
      </p>
      <p className="mt-0.5 text-xs text-muted">
        {alreadyDone > 0 && `${alreadyDone} of ${trials} done before: not run again. `}
        {toRun > 0 && (basis === 'measured' ? 'Time as earlier trials took. ' : 'Time assumed from the size of the models. ')}
        {workers === 0 ? <span className="text-warning">No worker is online: it waits until one comes.</span> : `${quantityText(workers, 'worker')} online.`}
      </p>
    </div>
  )
}
