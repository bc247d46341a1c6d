import { setTimeout as sleep } from 'node:timers/promises'
import { isGraftError, type GraftError } from '@graft/contracts/errors'

export interface RetryOptions {
  signal: AbortSignal
  /** Told before each pause. */
  onWait?(error: GraftError, seconds: number): void
  /** Seconds before the second try; doubles each time. */
  firstDelay?: number
  longestDelay?: number
  /** Tries in all; without it, until the signal fires. */
  attempts?: number
}

/** Whether another try may go better: the server or the network is away, nothing is wrong with the request. */
export const isUnreachable = (error: unknown): error is GraftError => isGraftError(error) && error.code === 'unavailable'

/**
 * Runs an operation until it answers, pausing longer each time (with jitter, so that many workers do not come back at once).
 * Only an `unavailable` error is tried again; every other one passes through at once, as does the last.
 * @throws the signal's reason once it fires.
 */
export async function retryWhileUnreachable<Result>(operation: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { signal, onWait, firstDelay = 0.2, longestDelay = 5, attempts = Number.POSITIVE_INFINITY } = options
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    try {
      return await operation()
    } catch (error) {
      signal.throwIfAborted()
      if (!isUnreachable(error) || attempt >= attempts) throw error
      const seconds = Math.min(longestDelay, firstDelay * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2)
      onWait?.(error, seconds)
      await sleep(seconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
}
