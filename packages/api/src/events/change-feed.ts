import { randomUUID } from 'node:crypto'
import type { ChangeEvent } from '@graft/contracts/views'
import type { Notifications } from '@graft/db/notifications'

export interface FeedEntry {
  /** What a stream that broke hands back to go on from here: `<feed>:<number>`. */
  id: string
  event: ChangeEvent
}

export interface ChangeFeed {
  /** Everything after `lastEventId` (from now on without one), until the signal fires. */
  read(lastEventId: string | null | undefined, signal: AbortSignal | undefined): AsyncGenerator<FeedEntry>
  close(): void
}

const kept = 2000
const topics: readonly ChangeEvent['topic'][] = ['dataset', 'import', 'model', 'sweep', 'trial', 'worker', 'job']
const anything = '*'

/**
 * The process's one stream of changes, from the database's notifications, with the latest ones kept for streams that come
 * back. Where events may be missing (another process answered before, the line to the database broke, too long ago), one
 * event with the id `*` per topic says that anything of it may have changed.
 */
export function createChangeFeed(notifications: Notifications): ChangeFeed {
  const feed = randomUUID()
  const entries: FeedEntry[] = []
  const waiting = new Set<() => void>()
  let count = 0
  let unsubscribe: (() => void) | undefined
  let closed = false

  const add = (event: ChangeEvent): void => {
    count += 1
    entries.push({ id: `${feed}:${count}`, event })
    if (entries.length > kept) entries.shift()
    for (const wake of waiting) wake()
  }
  const start = (): void => {
    unsubscribe ??= notifications.subscribe({
      change: add,
      connected: () => topics.forEach((topic) => add({ topic, id: anything })), // what happened until now nobody heard
    })
  }

  /** Number of the last entry that the reader has; null when that cannot be known. */
  const positionOf = (lastEventId: string | null | undefined): number | null => {
    if (!lastEventId) return count
    const [name, number] = lastEventId.split(':')
    const position = Number(number)
    return name === feed && position <= count && position >= count - entries.length ? position : null
  }

  async function* read(lastEventId: string | null | undefined, signal: AbortSignal | undefined): AsyncGenerator<FeedEntry> {
    start()
    const known = positionOf(lastEventId)
    let position = known ?? count
    if (known === null) for (const topic of topics) yield { id: `${feed}:${position}`, event: { topic, id: anything } }
    for (;;) {
      if (closed || signal?.aborted) return
      const first = count - entries.length
      for (const entry of entries.slice(Math.max(0, position - first))) {
        position = Number(entry.id.split(':')[1])
        yield entry
      }
      if (position < count) continue // more came while the reader was busy
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        signal?.addEventListener('abort', wake)
        if (closed || signal?.aborted) wake()
      })
    }
  }

  return {
    read,
    close() {
      closed = true
      unsubscribe?.()
      for (const wake of waiting) wake()
    },
  }
}
