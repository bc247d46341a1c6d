import type { JobProgress } from '@graft/contracts/job'
import { GraftError } from '@graft/contracts/errors'
import type { RenewOutput } from '@graft/contracts/worker-protocol'
import { isUnreachable } from './retry.ts'

export interface LeaseOptions {
  /** Tells the server that the job lives, and what it is doing. */
  renew(progress: JobProgress): Promise<RenewOutput>
  renewSeconds: number
  /** A job that reports nothing new for this long is taken for stuck: it is stopped and its lease runs out. */
  stallSeconds: number
  /** New progress is told this soon, so that people see it move; default 1. */
  reportSeconds?: number
  /** Aborted with the reason when the job has to stop. */
  job: AbortController
  /** Milliseconds of a clock that only goes forward. */
  now?(): number
}

export interface Lease {
  /** What the job is doing now. Every call counts as a sign of life. */
  progress(progress: JobProgress): void
  /**
   * The result is on its way: the lease is still renewed, for the server may be away, but what it answers to a renewal stops the job
   * no more. A renewal that overtakes the result, or is overtaken by it, finds the job finished; the answer to the result decides.
   */
  reporting(): void
  /** No more renewals. */
  stop(): void
}

/** Why a lease stopped a job; the reason of the job's AbortSignal. */
export const stopReasons = {
  cancelled: () => new GraftError('aborted', 'The job was cancelled.'),
  stale: (cause: unknown) => new GraftError('stale_attempt', 'The lease of this attempt ran out; another attempt has the job.', { cause }),
  stalled: (seconds: number) =>
    new GraftError('unavailable', `The job made no progress for ${seconds} s and was stopped.`, { hint: 'Look at the load and the memory of the worker; the job is tried again.' }),
}

/**
 * Holds a claimed job: renews its lease every `renewSeconds`, but only while the job makes progress, so that a stuck job frees
 * itself. Stops the job when the server says that it was cancelled or has gone to another attempt. A server that is away is
 * no reason to stop: the next renewal tells whether the job is still ours.
 */
export function holdLease(options: LeaseOptions): Lease {
  const { renew, renewSeconds, reportSeconds = 1, stallSeconds, job, now = () => performance.now() } = options
  let latest: JobProgress = { stage: 'starting', fraction: null, message: '' }
  let movedAt = now()
  let toldAt = now()
  let telling = false
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  let reporting = false

  async function beat() {
    telling = true
    toldAt = now()
    if ((now() - movedAt) / 1000 > stallSeconds) return job.abort(stopReasons.stalled(stallSeconds))
    try {
      const { order } = await renew(latest)
      if (order === 'cancel' && !stopped && !reporting) return job.abort(stopReasons.cancelled())
    } catch (error) {
      if (!isUnreachable(error) && !stopped && !reporting) return job.abort(stopReasons.stale(error))
    }
    telling = false
    schedule(renewSeconds)
  }
  function schedule(seconds: number) {
    if (timer) clearTimeout(timer)
    if (!stopped && !job.signal.aborted) timer = setTimeout(() => void beat(), seconds * 1000)
  }
  schedule(renewSeconds)

  return {
    progress(progress) {
      latest = { stage: progress.stage.slice(0, 60), fraction: progress.fraction === null ? null : Math.min(1, Math.max(0, progress.fraction)), message: progress.message.slice(0, 300) }
      movedAt = now()
      // Timers do not run while the engine holds the event loop: a report that is due goes out with the next pause.
      if (!telling && movedAt - toldAt >= reportSeconds * 1000) {
        toldAt = movedAt
        schedule(0)
      }
    },
    reporting() {
      reporting = true
    },
    stop() {
      stopped = true
      if (timer) clearTimeout(timer)
    },
  }
}
