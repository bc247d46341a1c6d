import { createChangeTeller, type ChangeTeller } from '@graft/db/change-teller'
import { createDatabaseClient, type Database } from '@graft/db/client'
import { createNotifications, type Notifications } from '@graft/db/notifications'
import { createDispatcher, type Dispatcher } from '@graft/queue/dispatcher'
import { expireLeases } from '@graft/queue/expire-leases'
import { healDispatch } from '@graft/queue/heal-dispatch'
import type { OwnedBlobStore } from '@graft/storage/blob-store'
import { createLocalBlobStore } from '@graft/storage/local-blob-store'
import { createCallerCache, type CallerCache } from './auth/caller-cache.ts'
import { createChangeFeed, type ChangeFeed } from './events/change-feed.ts'
import { clearImports } from './import/clear-imports.ts'
import { createCurveCache, type CurveCache } from './sweep/curve-cache.ts'
import { createImportanceCache, type ImportanceCache } from './sweep/importance-cache.ts'
import { createSweepAdvancer, type SweepAdvancer } from './sweep/sweep-advancer.ts'
import { reportError } from './transport-errors.ts'
import { mergeNamesakes } from './worker/merge-namesakes.ts'

export interface ServerOptions {
  databaseUrl: string
  /** Folder of the content-addressed storage. */
  storageFolder: string
  /** Address that the server is bound to. On loopback, browsers of this machine need no token. */
  host: string
  /** Wants a token also on loopback. */
  requireToken: boolean
}

/** What every request shares: made once a process. */
export interface ServerContext {
  db: Database
  notifications: Notifications
  blobs: OwnedBlobStore
  changes: ChangeFeed
  sweeps: SweepAdvancer
  dispatcher: Dispatcher
  teller: ChangeTeller
  callers: CallerCache
  /** Of trials that ended, for stopping rules. */
  curves: CurveCache
  importances: ImportanceCache
  host: string
  requireToken: boolean
  close(): Promise<void>
}

const maintenanceMilliseconds = 5000

/** Opens database, storage and the line for live changes, and starts taking jobs from workers that vanished and sweeps further. Returns before anything is connected. */
export function createServerContext({ databaseUrl, storageFolder, host, requireToken }: ServerOptions): ServerContext {
  const db = createDatabaseClient(databaseUrl)
  const notifications = createNotifications(databaseUrl)
  const changes = createChangeFeed(notifications)
  const teller = createChangeTeller(db)
  const callers = createCallerCache(notifications)
  const dispatcher = createDispatcher(db, notifications, teller)
  const blobs = createLocalBlobStore(storageFolder)
  const sweeps = createSweepAdvancer(db, notifications)
  let round: Promise<void> | undefined
  const timer = setInterval(() => {
    round ??= maintain(db, blobs, sweeps).finally(() => (round = undefined))
  }, maintenanceMilliseconds)
  timer.unref()
  return {
    db,
    notifications,
    blobs,
    changes,
    sweeps,
    dispatcher,
    teller,
    callers,
    curves: createCurveCache(),
    importances: createImportanceCache(),
    host,
    requireToken,
    async close() {
      clearInterval(timer)
      await round
      await sweeps.close()
      await dispatcher.close()
      await teller.close()
      changes.close()
      callers.close()
      await notifications.close()
      await db.$disconnect()
    },
  }
}

/** What has to be done from time to time, whoever asks for what. */
async function maintain(db: Database, blobs: OwnedBlobStore, sweeps: SweepAdvancer): Promise<void> {
  try {
    await expireLeases(db)
    await sweeps.ringAll()
    await healDispatch(db)
    await mergeNamesakes(db)
    await clearImports(db, blobs)
  } catch (error) {
    // The database is away, mostly: the next round tries again, and requests tell.
    const report = reportError(error)
    if (report.code === 'internal') console.error('Maintenance:', error)
  }
}
