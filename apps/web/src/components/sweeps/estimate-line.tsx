import type { SweepEstimate } from '@graft/contracts/sweep'
import { durationText } from '../../format/duration.ts'
import { quantityText } from '../../format/count.ts'
import { Skeleton } from '../ui/skeleton.tsx'

/** What a launch would cost, before it is pressed. `asked`: the form is valid, so that the server could be asked. */
export function EstimateLine({ asked, estimate }: { asked: boolean; estimate: SweepEstimate | undefined }) {
  if (!asked) return <p className="text-sm text-faint">Fill in the form to see what it would cost.</p>
  if (estimate === undefined) return <Skeleton className="h-10" />
  const { trials, alreadyDone, seconds, basis, workers } = estimate
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
