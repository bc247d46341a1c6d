import type { JobProgress } from '@graft/contracts/job'
import type { OrderOutput } from '@graft/contracts/worker-protocol'
import { stopReasons, type AttemptStop } from './attempt-stop.ts'
import { isUnreachable } from './retry.ts'

export interface LeaseOptions {
  /** Tells the server that the job lives, and what it is doing. */
  renew(progress: JobProgress): Promise<OrderOutput>
  /** What the answer to a renewal wants. */
  obey(answer: OrderOutput): void
  renewSeconds: number
  /** A job that reports nothing new for this long is taken for stuck: it is stopped and its lease runs out. */
  stallSeconds: number
  /** New progress is told this soon, so that people see it move; default 1. */
  reportSeconds?: number
  stop: AttemptStop
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

/**
 * Holds a claimed job: renews its lease every `renewSeconds`, but only while the job makes progress, so that a stuck job frees
 * itself. Stops the job when the server says that it was cancelled or has gone to another attempt. A server that is away is
 * no reason to stop: the next renewal tells whether the job is still ours. The job computes in a process of its own, so that nothing
 * it does holds up a renewal.
 */
export function holdLease(options: LeaseOptions): Lease {
  const { renew, obey, renewSeconds, reportSeconds = 1, stallSeconds, stop, now = () => performance.now() } = options
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
    if ((now() - movedAt) / 1000 > stallSeconds) return stop.stop(stopReasons.stalled(stallSeconds))
    try {
      const answer = await renew(latest)
      if (!stopped && !reporting) obey(answer)
    } catch (error) {
      if (!isUnreachable(error) && !stopped && !reporting) return stop.stop(stopReasons.stale(error))
    }
    telling = false
    schedule(renewSeconds)
  }
  function schedule(seconds: number) {
    if (timer) clearTimeout(timer)
    if (!stopped && !stop.now.aborted) timer = setTimeout(() => void beat(), seconds * 1000)
  }
  schedule(renewSeconds)

  return {
    progress(progress) {
      latest = { stage: progress.stage.slice(0, 60), fraction: progress.fraction === null ? null : Math.min(1, Math.max(0, progress.fraction)), message: progress.message.slice(0, 300) }
      movedAt = now()
      if (!telling && movedAt - toldAt >= reportSeconds * 1000) schedule(0)
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
