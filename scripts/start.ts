import { mkdirSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { readStartEnvironment, root, type StartEnvironment } from './environment.ts'
import { executable, ProcessGroup, runToEnd } from './processes.ts'
import { runSamples } from './samples.ts'
import { Steps } from './steps.ts'

/** Refuses early when another program holds the port: Next.js would say it late and unclearly. */
async function assertPortIsFree(host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = net.createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken. Is Graft running already? If not, choose another: GRAFT_PORT=${port + 1} npm start`) : error)
    })
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

async function waitForServer(address: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 600 && !signal.aborted; attempt++) {
    const healthy = await fetch(`${address}/api/health`, { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.ok,
      () => false,
    )
    if (healthy) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  if (!signal.aborted) throw new Error(`The server did not answer at ${address} within a minute.`)
}

/** Database: DATABASE_URL if set, else embedded Postgres in the data folder; migrated either way. */
async function openDatabase(environment: StartEnvironment, steps: Steps): Promise<{ url: string; stop(): Promise<void> }> {
  const { migrate } = await import('../packages/db/src/migrate.ts')
  if (environment.databaseUrl !== null) {
    await steps.run('Migrating the database of DATABASE_URL', () => migrate(environment.databaseUrl!))
    return { url: environment.databaseUrl, stop: async () => {} }
  }
  const { startEmbedded } = await import('../packages/db/src/embedded.ts')
  const server = await steps.run('Starting PostgreSQL', () => startEmbedded({ dataDir: path.join(environment.dataFolder, 'pg'), database: 'graft' }))
  await steps.run('Migrating the database', () => migrate(server.url))
  return { url: server.url, stop: () => server.stop() }
}

async function buildDashboard(steps: Steps, signal: AbortSignal): Promise<void> {
  await steps.run('Building the dashboard (the first time takes about half a minute)', async () => {
    const { code, output } = await runToEnd(executable('turbo'), ['run', 'build', '--filter=@graft/web', '--output-logs=errors-only'], { quiet: true, signal })
    if (code !== 0 && !signal.aborted) throw new Error(`The dashboard could not be built:\n${output.trim()}`)
  })
}

/** `npm start`: runs until SIGINT or SIGTERM. Resolves with the exit code. */
export async function start(mode: 'start' | 'dev'): Promise<number> {
  const environment = readStartEnvironment()
  const steps = new Steps()
  const stopping = new AbortController()
  const failure: { message?: string } = {}
  const fail = (message: string) => {
    failure.message ??= message
    stopping.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort())
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && stopping.abort(), 300).unref()

  const group = new ProcessGroup(fail)
  let database: { url: string; stop(): Promise<void> } | undefined
  try {
    await assertPortIsFree(environment.listen, environment.port)
    mkdirSync(environment.dataFolder, { recursive: true, mode: 0o755 })
    database = await openDatabase(environment, steps)
    await steps.run('Generating the database client', async () => {
      const { code, output } = await runToEnd(executable('turbo'), ['run', 'generate', '--output-logs=errors-only'], { quiet: true, signal: stopping.signal })
      if (code !== 0 && !stopping.signal.aborted) throw new Error(output.trim())
    })
    if (mode === 'start' && environment.build && !stopping.signal.aborted) await buildDashboard(steps, stopping.signal)
    if (!stopping.signal.aborted) await serve(environment, database.url, mode, group, steps, stopping.signal)
    await new Promise<void>((resolve) => {
      if (stopping.signal.aborted) resolve()
      else stopping.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  } catch (error) {
    if (!stopping.signal.aborted) fail((error as Error).message)
  }
  if (failure.message === undefined) console.log('\nStopping …')
  else console.error(`error: ${failure.message}`)
  await group.stop()
  await database?.stop()
  return failure.message === undefined ? 0 : 1
}

/** Server, worker, samples: everything after the build. */
async function serve(environment: StartEnvironment, databaseUrl: string, mode: 'start' | 'dev', group: ProcessGroup, steps: Steps, signal: AbortSignal): Promise<void> {
  const { ensureTokenFiles } = await import('./tokens.ts')
  const tokens = await ensureTokenFiles(databaseUrl, path.join(environment.dataFolder, 'tokens'))
  const host = environment.host.includes(':') ? `[${environment.host}]` : environment.host
  const address = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${environment.port}`
  const shared = { DATABASE_URL: databaseUrl, GRAFT_DATA: environment.dataFolder, GRAFT_HOST: environment.host, GRAFT_PORT: String(environment.port) }
  const next = path.join(root, 'apps/web/node_modules/next/dist/bin/next')
  group.start('server', 'apps/web', [next, mode === 'dev' ? 'dev' : 'start', '-p', String(environment.port), '-H', environment.listen], { ...shared, NODE_ENV: mode === 'dev' ? 'development' : 'production' })
  await steps.run('Starting the server', () => waitForServer(address, signal))
  const client = { GRAFT_SERVER: address, GRAFT_CACHE: path.join(environment.dataFolder, 'cache') }
  if (environment.workers > 0) group.start('worker', 'apps/worker', ['--import', 'tsx', 'src/main.ts'], { ...client, GRAFT_TOKEN: tokens.worker }, { restart: true })
  if (signal.aborted) return
  console.log(`\n  Graft is at ${address}\n`)
  if (environment.samples) await runSamples({ dataFolder: environment.dataFolder, environment: { ...client, GRAFT_TOKEN: tokens.user }, signal })
  if (!signal.aborted) console.log(`\n  Graft is running at ${address} (Ctrl-C stops it; everything is kept in ${environment.dataFolder})\n`)
}
