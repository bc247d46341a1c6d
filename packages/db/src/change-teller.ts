import type { ChangeEvent } from '@graft/contracts/views'
import type { Database } from './client.ts'
import { notifyChangeBy } from './notifications.ts'

/** Tells what changed, gathered: for what changes often and is told again soon. */
export interface ChangeTeller {
  tell(...events: readonly ChangeEvent[]): void
  /** Tells what is left. */
  close(): Promise<void>
}

const gatherMilliseconds = 100

/**
 * Gathers changes of some milliseconds and tells each once. Not in the transaction of the change: while one that tells commits,
 * PostgreSQL lets no other that tells commit, which would put all workers' metrics and renewals in one line. A server that dies in
 * between leaves a page untold until the next change.
 */
export function createChangeTeller(db: Database): ChangeTeller {
  let events = new Map<string, ChangeEvent>()
  let timer: NodeJS.Timeout | undefined
  let telling: Promise<void> = Promise.resolve()

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (events.size === 0) return
    const told = [...events.values()]
    events = new Map()
    telling = telling.then(() => notifyChangeBy(db.statements, told)).catch(() => {}) // the database is away: who listens is told so
  }

  return {
    tell(...changed) {
      for (const event of changed) events.set(`${event.topic} ${event.id}`, event)
      timer ??= setTimeout(flush, gatherMilliseconds)
    },
    async close() {
      flush()
      await telling
    },
  }
}
