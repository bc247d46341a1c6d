import path from 'node:path'
import { createServerContext, type ServerContext } from '@graft/api/server-context'
import { readServerEnvironment } from '../env.ts'
import { endWithSignals } from './end-with-signals.ts'

// Routes are bundled apart and reloaded in development: the process's own global is what they share.
const shared = globalThis as typeof globalThis & { graftServer?: ServerContext }

/** Database, storage and live changes, made at the first request and kept for the life of the process. */
export function server(): ServerContext {
  if (shared.graftServer === undefined) {
    const { databaseUrl, dataFolder, host, requireToken } = readServerEnvironment()
    // Next runs in apps/web. The comments keep the bundler from taking the folder for a part of the program.
    const folder = dataFolder ?? path.join(/* turbopackIgnore: true */ process.cwd(), '../../.data')
    const storageFolder = path.resolve(/* turbopackIgnore: true */ folder, 'storage')
    shared.graftServer = createServerContext({ databaseUrl, storageFolder, host, requireToken })
    endWithSignals(shared.graftServer)
  }
  return shared.graftServer
}
