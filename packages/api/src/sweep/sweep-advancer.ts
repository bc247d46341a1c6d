import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '@graft/db/client'
import type { Notifications } from '@graft/db/notifications'
import { reportError } from '../transport-errors.ts'
import { advanceSweep } from './advance-sweep.ts'

/** Takes sweeps on in the background: one for each server process. */
export interface SweepAdvancer {
  /** Something of a sweep changed: looks at it soon. */
  ring(sweepId: string): void
  /** Looks at every sweep that goes on: for slots that came, and for what a process that died left undone. */
  ringAll(): Promise<void>
  /** Until everything that was rung for is done. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Rings of this long make one round: where hundreds of workers end trials, not each of them. */
const gatherMilliseconds = 50

/**
 * Advances a sweep whenever one of its trials changes state, by the database's notifications. Many rings while one sweep is being
 * advanced make one more round of it; sweeps go one after the other, so that a large one does not take all connections.
 */
export function createSweepAdvancer(db: Database, notifications: Notifications): SweepAdvancer {
  const waiting = new Set<string>()
  const stop = new AbortController()
  let work: Promise<void> | undefined

  async function run(): Promise<void> {
    await sleep(gatherMilliseconds, undefined, { signal: stop.signal }).catch(() => {})
    for (const sweepId of waiting) {
      waiting.delete(sweepId)
      if (stop.signal.aborted) return
      try {
        await advanceSweep(db, sweepId, stop.signal)
      } catch (error) {
        // The database is away, mostly: the next round of `ringAll` tries again.
        const { code } = reportError(error)
        if (code === 'internal') console.error(`Sweep ${sweepId}:`, error)
      }
    }
  }

  function ring(sweepId: string): void {
    if (stop.signal.aborted) return
    waiting.add(sweepId)
    work ??= run().finally(() => {
      work = undefined
      if (waiting.size > 0 && !stop.signal.aborted) for (const id of waiting) ring(id)
    })
  }

  const unsubscribe = notifications.subscribe({ change: ({ topic, id }) => topic === 'sweep' && ring(id) })
  return {
    ring,
    async ringAll() {
      for (const { id } of await db.sweep.findMany({ where: { state: { in: ['running', 'paused'] } }, select: { id: true } })) ring(id)
    },
    async settled() {
      for (let pending = work; pending !== undefined; pending = work) await pending
    },
    async close() {
      stop.abort()
      unsubscribe()
      await work
    },
  }
}
