import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { ensureApiToken } from '@graft/api/auth/tokens'
import { createServerContext } from '@graft/api/server-context'
import { createTestDatabase, type TestDatabase } from '@graft/db/test-database'
import { handleHttp } from './http-routes.ts'
import { listen } from './listen.ts'

/** A whole Graft server for tests: a database of its own, storage in a temporary folder, the API on 127.0.0.1. */
export interface TestServer {
  address: string
  userToken: string
  workerToken: string
  db: TestDatabase['db']
  /** Folder that goes with it: for caches and images. */
  folder: string
  /** Stops answering, as a server that restarts. */
  down(): Promise<void>
  /** Answers again at the same address. */
  up(): Promise<void>
  close(): Promise<void>
}

export async function startTestServer(): Promise<TestServer> {
  const database = await createTestDatabase()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'graft-server-'))
  const options = { databaseUrl: database.url, storageFolder: path.join(folder, 'storage'), host: '127.0.0.1', requireToken: true }
  const [userToken, workerToken] = await Promise.all([ensureApiToken(database.db, { kind: 'user', name: 'test' }), ensureApiToken(database.db, { kind: 'worker', name: 'test' })])
  let context = createServerContext(options)
  let server = await listen((request) => handleHttp(context, request))
  const { address, port } = server
  const down = async () => {
    await server.close()
    await context.close()
  }
  return {
    address,
    userToken,
    workerToken,
    db: database.db,
    folder,
    down,
    async up() {
      context = createServerContext(options)
      server = await listen((request) => handleHttp(context, request), port)
    },
    async close() {
      await down()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
