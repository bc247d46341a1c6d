import type { Notifications } from '@graft/db/notifications'
import type { Caller } from './caller.ts'

/** Who is behind a secret, as it was read from the database at most some seconds ago. */
export interface CallerCache {
  /** Of the secret with this SHA-256; `look` reads it. Nobody (null) and errors are not kept. */
  find(hash: string, look: () => Promise<Caller | null>): Promise<Caller | null>
  /** Somebody's access changed: everyone is read anew. Other servers are told by `notifyAccess`. */
  forget(): void
  close(): void
}

/** For so long a revoked token may go on where the word of it is lost with the line to the database. */
const keptMilliseconds = 5000
const mostCallers = 10_000

/** Asks the database for each caller every few seconds instead of with each request: hundreds of workers have one token. */
export function createCallerCache(notifications: Notifications): CallerCache {
  const known = new Map<string, { until: number; caller: Promise<Caller | null> }>()
  const forget = (): void => known.clear()
  const unsubscribe = notifications.subscribe({ access: forget, connected: forget })
  return {
    async find(hash, look) {
      const kept = known.get(hash)
      if (kept !== undefined && performance.now() < kept.until) return kept.caller
      if (known.size >= mostCallers) forget()
      const entry = { until: performance.now() + keptMilliseconds, caller: look() }
      known.set(hash, entry)
      const drop = (): void => void (known.get(hash) === entry && known.delete(hash))
      try {
        const caller = await entry.caller
        if (caller === null) drop()
        return caller
      } catch (error) {
        drop()
        throw error
      }
    },
    forget,
    close: unsubscribe,
  }
}
