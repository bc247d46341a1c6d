import type { ChangeEvent } from '@graft/contracts/views'
import { Client } from 'pg'
import type { DatabaseOrTransaction } from './client.ts'
import { inPrisma } from './in-prisma.ts'
import type { Statement, StatementRunner } from './statements.ts'

/** Carries ChangeEvents as JSON. */
const changeChannel = 'graft_change'
/** Says that somebody's access changed. */
const accessChannel = 'graft_access'
/** Says that jobs wait: WaitingJobs as JSON. */
const jobChannel = 'graft_job'

const notify: Statement = { name: 'notify', text: 'SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload' }

/** Tells every server process what changed. Inside a transaction it is told on commit, and never when it rolls back. */
export const notifyChange = (db: DatabaseOrTransaction, ...events: readonly ChangeEvent[]): Promise<void> => notifyChangeBy(inPrisma(db), events)

const notifyWithSweeps: Statement = {
  name: 'notify-with-sweeps',
  text: `
    SELECT pg_notify($1, payload) FROM (
      SELECT unnest($2::text[]) AS payload
      UNION SELECT json_build_object('topic', 'sweep', 'id', "sweepId")::text FROM "SweepTrial" WHERE "trialId" = ANY($3::text[])) told`,
}

/** The same by a statement; and that the sweeps of these trials changed. */
export async function notifyChangeBy(run: StatementRunner, events: readonly ChangeEvent[], trialIds: readonly string[] = []): Promise<void> {
  if (events.length === 0) return
  const payloads = [...new Set(events.map((event) => JSON.stringify({ topic: event.topic, id: event.id })))]
  await (trialIds.length === 0 ? run.run(notify, [changeChannel, payloads]) : run.run(notifyWithSweeps, [changeChannel, payloads, trialIds]))
}

/** Tells every server process that somebody may do less or more than before. */
export const notifyAccess = (db: DatabaseOrTransaction): Promise<void> => inPrisma(db).run(notify, [accessChannel, ['']])

/** So many jobs of a kind that wait, and what they want of a worker. */
export interface WaitingJobs {
  kind: string
  requirements: object
  count: number
}

/** Wakes the claims that wait for such jobs. */
export async function notifyJobs(run: StatementRunner, waiting: readonly WaitingJobs[]): Promise<void> {
  await run.run(notify, [jobChannel, waiting.map((jobs) => JSON.stringify(jobs))])
}

export interface NotificationListener {
  change?(event: ChangeEvent): void
  jobs?(waiting: WaitingJobs): void
  /** Somebody's access changed. */
  access?(): void
  /** The line to the database is new, at first and after every break: notifications may have been missed. */
  connected?(): void
}

export interface Notifications {
  /** Hears from now on; connects on the first call. Returns how to stop. */
  subscribe(listener: NotificationListener): () => void
  close(): Promise<void>
}

const longestDelayMilliseconds = 5000

/** One LISTEN connection for a whole process, which comes back by itself when the database does. */
export function createNotifications(url: string): Notifications {
  const listeners = new Set<NotificationListener>()
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  let started = false
  let closed = false

  const each = (call: (listener: NotificationListener) => void): void => {
    for (const listener of listeners) call(listener)
  }

  async function connect(delay: number): Promise<void> {
    timer = undefined
    const next = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 10_000 })
    client = next
    let broken = false
    const retry = () => {
      if (broken) return
      broken = true
      next.removeAllListeners('notification')
      void next.end().catch(() => {}) // it is broken already
      if (!closed) timer = setTimeout(() => void connect(Math.min(delay * 2, longestDelayMilliseconds)), delay).unref()
    }
    next.on('error', retry)
    next.on('end', retry)
    next.on('notification', ({ channel, payload = '' }) => {
      if (channel === accessChannel) each((listener) => listener.access?.())
      else if (channel === jobChannel) each((listener) => listener.jobs?.(JSON.parse(payload) as WaitingJobs))
      else each((listener) => listener.change?.(JSON.parse(payload) as ChangeEvent))
    })
    try {
      await next.connect()
      await next.query(`LISTEN ${changeChannel}; LISTEN ${jobChannel}; LISTEN ${accessChannel}`)
      delay = 100
      each((listener) => listener.connected?.())
    } catch {
      retry()
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      if (!started) {
        started = true
        void connect(100)
      }
      return () => void listeners.delete(listener)
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}
