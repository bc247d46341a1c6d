import type { SweepEstimate } from '@graft/contracts/sweep'
import { bytesText } from '../../format/bytes.ts'
import { countText, quantityText, shortCountText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'
import { Skeleton } from '../ui/skeleton.tsx'

/** What a launch would cost, before it is pressed: trials, time, images, disk. `asked`: the form is valid, so that the server could be asked. */
export function EstimateLine({ asked, estimate }: { asked: boolean; estimate: SweepEstimate | undefined }) {
  if (!asked) return <p className="text-sm text-faint">Fill in the form to see what it would cost.</p>
  if (estimate === undefined) return <Skeleton className="h-24" />
  const { trials, configurations, alreadyDone, seconds, workSeconds, basis, images, disk, workers } = estimate
  const toRun = trials - alreadyDone
  const rows: [name: string, value: string][] = [
    ...(configurations > 1 ? [['Configurations', countText(configurations)] as [string, string]] : []),
    ['Training, over workers', durationText(workSeconds)],
    ['Images seen', shortCountText(images)],
    ['Storage', bytesText(disk.storageBytes)],
    ['Caches of workers', bytesText(disk.cacheBytes)],
  ]
  return (
    <div aria-live="polite" className="tabular-nums">
      <p className="text-base font-semibold tracking-tight">
        {quantityText(toRun, 'trial')}
        {toRun > 0 && <span className="font-normal text-muted"> · about {durationText(seconds)}</span>}
      </p>
      <p className="mt-0.5 text-xs text-muted">
        {alreadyDone > 0 && `${countText(alreadyDone)} of ${countText(trials)} done before: not run again. `}
        {toRun > 0 && (basis === 'measured' ? 'Time as earlier trials took. ' : 'Time assumed from the size of the models. ')}
        {workers === 0 ? <span className="text-warning">No worker is online: it waits until one comes.</span> : `${quantityText(workers, 'worker')} online.`}
      </p>
      {toRun > 0 && (
        <dl className="mt-2 space-y-1 border-t pt-2 text-xs">
          {rows.map(([name, value]) => (
            <div key={name} className="flex justify-between gap-3"><dt className="text-muted">{name}</dt><dd className="font-medium">{value}</dd></div>
          ))}
        </dl>
      )}
    </div>
  )
}
