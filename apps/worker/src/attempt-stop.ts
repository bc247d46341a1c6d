import { GraftError } from '@graft/contracts/errors'

/**
 * Why an attempt stops before it has a result. `cancelled`: nobody wants it any more. `stale`: another attempt has the job. `stalled`:
 * it made no progress. `pruned`: its search gave it up. `paused`: it is to wait. `shutdown`: the worker goes. `refused`: the server took
 * none of what it wrote.
 */
export type StopKind = 'cancelled' | 'stale' | 'stalled' | 'pruned' | 'paused' | 'shutdown' | 'refused'

export interface StopReason { kind: StopKind; error: GraftError }

/** Stops one attempt: at once, or at its next checkpoint. */
export interface AttemptStop {
  /** Fires when the job has to end at once. */
  readonly now: AbortSignal
  /** Fires when it is to end as soon as it has left a checkpoint. */
  readonly atCheckpoint: AbortSignal
  /** Null while it goes on. */
  reason(): StopReason | null
  /** The first reason counts, unless the job has to end at once for another one. */
  stop(reason: StopReason): void
  /** The same, but with time for a checkpoint: `seconds`, then at once. */
  stopAtCheckpoint(reason: StopReason, seconds: number): void
}

export function createAttemptStop(): AttemptStop {
  const now = new AbortController()
  const atCheckpoint = new AbortController()
  let why: StopReason | null = null
  return {
    now: now.signal,
    atCheckpoint: atCheckpoint.signal,
    reason: () => why,
    stop(reason) {
      if (now.signal.aborted) return
      why = reason
      now.abort(reason.error)
    },
    stopAtCheckpoint(reason, seconds) {
      if (why !== null) return
      why = reason
      atCheckpoint.abort(reason.error)
      setTimeout(() => now.abort(reason.error), seconds * 1000).unref()
    },
  }
}

/** The reasons in words. */
export const stopReasons = {
  cancelled: (): StopReason => ({ kind: 'cancelled', error: new GraftError('aborted', 'The job was cancelled.') }),
  stale: (cause: unknown): StopReason => ({ kind: 'stale', error: new GraftError('stale_attempt', 'The lease of this attempt ran out; another attempt has the job.', { cause }) }),
  stalled: (seconds: number): StopReason => ({
    kind: 'stalled',
    error: new GraftError('unavailable', `The job made no progress for ${seconds} s and was stopped.`, { hint: 'Look at the load and the memory of the worker; the job is tried again.' }),
  }),
  pruned: (): StopReason => ({ kind: 'pruned', error: new GraftError('aborted', 'The search ended the trial early.') }),
  paused: (): StopReason => ({ kind: 'paused', error: new GraftError('aborted', 'The job was paused.') }),
  shutdown: (): StopReason => ({ kind: 'shutdown', error: new GraftError('aborted', 'The worker goes.') }),
  refused: (error: GraftError): StopReason => ({ kind: error.code === 'stale_attempt' ? 'stale' : 'refused', error }),
}
