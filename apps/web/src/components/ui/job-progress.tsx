import type { JobProgress as Progress } from '@graft/contracts/job'
import { overallFraction } from '@graft/contracts/overall-fraction'
import { progressText } from '../../format/progress.ts'
import { ProgressBar } from './progress-bar.tsx'

/** How far a job is and what it is at; a job that no worker has taken waits. */
export function JobProgress({ progress, label, waiting = 'Waiting for a worker.' }: { progress: Progress | null; label: string; waiting?: string }) {
  return (
    <div className="min-w-0">
      <ProgressBar fraction={progress === null ? 0 : overallFraction(progress)} label={label} />
      <p className="mt-1.5 text-xs wrap-anywhere text-muted tabular-nums">{progress === null ? waiting : progressText(progress)}</p>
    </div>
  )
}
