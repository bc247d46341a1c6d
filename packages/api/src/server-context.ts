import { createDatabaseClient, type Database } from '@graft/db/client'
import { createNotifications, type Notifications } from '@graft/db/notifications'
import { expireLeases } from '@graft/queue/expire-leases'
import type { BlobStore } from '@graft/storage/blob-store'
import { createLocalBlobStore } from '@graft/storage/local-blob-store'
import { createChangeFeed, type ChangeFeed } from './events/change-feed.ts'

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
  blobs: BlobStore
  changes: ChangeFeed
  host: string
  requireToken: boolean
  close(): Promise<void>
}

const maintenanceMilliseconds = 5000

/** Opens database, storage and the line for live changes, and starts taking jobs from workers that vanished. Nothing connects before it is needed. */
export function createServerContext({ databaseUrl, storageFolder, host, requireToken }: ServerOptions): ServerContext {
  const db = createDatabaseClient(databaseUrl)
  const notifications = createNotifications(databaseUrl)
  const changes = createChangeFeed(notifications)
  const timer = setInterval(() => {
    expireLeases(db).catch(() => {}) // the database is away: the next round tries again, and requests tell
  }, maintenanceMilliseconds)
  timer.unref()
  return {
    db,
    notifications,
    blobs: createLocalBlobStore(storageFolder),
    changes,
    host,
    requireToken,
    async close() {
      clearInterval(timer)
      changes.close()
      await notifications.close()
      await db.$disconnect()
    },
  }
}
