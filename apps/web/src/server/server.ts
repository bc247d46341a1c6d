import path from 'node:path'
import { createServerContext, type ServerContext } from '@graft/api/server-context'
import { readServerEnvironment } from '../env.ts'

// Routes are bundled apart and reloaded in development: the process's own global is what they share.
const shared = globalThis as typeof globalThis & { graftServer?: ServerContext }

/** Database, storage and live changes, made at the first request and kept for the life of the process. */
export function server(): ServerContext {
  if (shared.graftServer === undefined) {
    const { databaseUrl, dataFolder, host, requireToken } = readServerEnvironment()
    shared.graftServer = createServerContext({ databaseUrl, storageFolder: path.join(dataFolder, 'storage'), host, requireToken })
  }
  return shared.graftServer
}
