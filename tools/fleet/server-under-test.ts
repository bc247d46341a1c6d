import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, chmodSync, openSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureApiToken } from '../../packages/api/src/auth/tokens.ts'
import { createDatabaseClient, type Database } from '../../packages/db/src/client.ts'
import { startEmbedded, type EmbeddedPostgres } from '../../packages/db/src/embedded.ts'
import { migrate, withDatabase } from '../../packages/db/src/migrate.ts'
import { childEnvironment, root } from '../../scripts/environment.ts'
import type { ApiServerOptions } from './api-server.ts'

/** A whole server for tools that load or disturb it: a server process and a Postgres that keeps what it confirms (fsync on), both on the loopback. */
export interface ServerUnderTest {
  address: string
  userToken: string
  workerToken: string
  databaseUrl: string
  db: Database
  /** Folder of everything: storage, database, logs, caches of workers. */
  folder: string
  postgres(): EmbeddedPostgres
  /** Process of the server. */
  web(): ChildProcess
  /** Ends the web server by this signal and starts it again at its port. */
  restartWeb(signal: NodeJS.Signals): Promise<void>
  /** `immediate`: as when the machine lost power. Starts again at its port after `awayMilliseconds`. */
  restartPostgres(how: 'fast' | 'immediate', awayMilliseconds: number): Promise<void>
  close(): Promise<void>
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo
      probe.close(() => resolve(port))
    })
  })

/** `dashboard`: Next.js in production, as `npm start` runs it. `api`: the same handlers without pages, which needs no build. */
export type ServerKind = 'dashboard' | 'api'

/** @throws Error when the dashboard is asked for and was not built. */
export async function startServerUnderTest(kind: ServerKind): Promise<ServerUnderTest> {
  if (kind === 'dashboard' && !existsSync(path.join(root, 'apps/web/.next/BUILD_ID'))) throw new Error('The web server is not built: run `npm run check` (or `npm start` once) first.')
  const folder = mkdtempSync(path.join(os.tmpdir(), 'graft-under-test-'))
  chmodSync(folder, 0o755) // another user may run the database
  const options = { dataDir: path.join(folder, 'pg'), port: await freePort() }
  let postgres = await startEmbedded(options)
  const databaseUrl = withDatabase(postgres.url, 'graft')
  await migrate(databaseUrl)
  const db = createDatabaseClient(databaseUrl, { connections: 4 })
  const [userToken, workerToken] = await Promise.all([ensureApiToken(db, { kind: 'user', name: 'test' }), ensureApiToken(db, { kind: 'worker', name: 'test' })])
  // A run that is cut short leaves no database behind; the web server ends with its parent by itself.
  const abandon = () => {
    process.kill(postgres.pid, 'SIGQUIT')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', abandon)
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const startWeb = () => (kind === 'dashboard' ? startDashboard : startApi)(port, databaseUrl, folder)
  let web = startWeb()
  await untilHealthy(address)
  return {
    address,
    userToken,
    workerToken,
    databaseUrl,
    db,
    folder,
    postgres: () => postgres,
    web: () => web,
    async restartWeb(signal) {
      await end(web, signal)
      web = startWeb()
      await untilHealthy(address)
    },
    async restartPostgres(how, awayMilliseconds) {
      if (how === 'fast') await postgres.stop()
      else {
        process.kill(postgres.pid, 'SIGQUIT')
        await untilGone(postgres.pid)
      }
      await sleep(awayMilliseconds)
      postgres = await startEmbedded(options)
    },
    async close() {
      process.off('exit', abandon)
      await db.$disconnect()
      await end(web, 'SIGTERM')
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}

function startApi(port: number, databaseUrl: string, folder: string): ChildProcess {
  const log = openSync(path.join(folder, 'web.log'), 'a')
  const child = spawn(process.execPath, ['--import', path.join(root, 'scripts/exit-with-parent.mjs'), '--import', 'tsx', path.join(import.meta.dirname, 'api-server.ts')], {
    cwd: root,
    env: childEnvironment({ NODE_ENV: 'production', GRAFT_PARENT: String(process.pid) }),
    stdio: ['pipe', log, log],
  })
  const options: ApiServerOptions = { databaseUrl, storageFolder: path.join(folder, 'storage'), port }
  child.stdin!.end(JSON.stringify(options))
  return child
}

function startDashboard(port: number, databaseUrl: string, folder: string): ChildProcess {
  const log = openSync(path.join(folder, 'web.log'), 'a')
  return spawn(process.execPath, ['--import', path.join(root, 'scripts/exit-with-parent.mjs'), 'node_modules/next/dist/bin/next', 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: path.join(root, 'apps/web'),
    env: childEnvironment({ NODE_ENV: 'production', DATABASE_URL: databaseUrl, GRAFT_DATA: folder, GRAFT_HOST: '127.0.0.1', GRAFT_REQUIRE_TOKEN: '1', GRAFT_PARENT: String(process.pid) }),
    stdio: ['ignore', log, log],
  })
}

async function untilHealthy(address: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const healthy = await fetch(`${address}/api/health`, { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok, () => false)
    if (healthy) return
    await sleep(100)
  }
  throw new Error(`The server did not answer at ${address} within a minute.`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await sleep(20)
  }
}
