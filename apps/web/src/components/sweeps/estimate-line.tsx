import type { SweepEstimate } from '@graft/contracts/sweep'
import { durationText } from '../../format/duration.ts'
import { quantityText } from '../../format/count.ts'
import { Skeleton } from '../ui/skeleton.tsx'

/** What a launch would cost, before it is pressed. `asked`: the form is valid, so that the server could be asked. `fineTunes`: a phase goes into the network. */
export function EstimateLine({ asked, estimate, fineTunes = false }: { asked: boolean; estimate: SweepEstimate | undefined; fineTunes?: boolean }) {
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
      {toRun > 0 && fineTunes && <p className="mt-1 text-xs text-muted">{basis === 'assumed' && 'Fine-tuning counts as if all layers trained: fewer take less. '}The worker plans caching, parts of a batch and memory, keeps to its memory, and says on the page of the trial what it chose.</p>}
    </div>
  )
}
