import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GraftError } from '@graft/contracts/errors'
import { Client } from 'pg'
import { findPostgres, programPath, type PostgresPlace } from './postgres-binaries.ts'

export interface EmbeddedOptions {
  /** Where the cluster lives. As root in a closed home it moves below /var/tmp; `EmbeddedPostgres.dataDir` tells. */
  dataDir: string
  /** Any free port when absent or 0. */
  port?: number
  /** Database in the address; it is not made here (`migrate` makes it). Default `postgres`. */
  database?: string
  /** Server settings, as `-c name=value`. */
  settings?: Record<string, string | number>
  /** Faster first start without fsync, for clusters that are thrown away. */
  throwAway?: boolean
  signal?: AbortSignal
}

export interface EmbeddedPostgres {
  /** Address with user and password. */
  url: string
  port: number
  pid: number
  dataDir: string
  /** Whether it was running already, left by an earlier start. */
  reused: boolean
  /** Shuts the server down and waits until it is gone. */
  stop(): Promise<void>
}

/** Nothing of ours reaches the server: its messages are English and its clock UTC whatever the machine speaks. Windows needs its own variables. */
const environment = process.platform === 'win32' ? undefined : { LC_ALL: 'C', TZ: 'UTC' }
/** No socket files, no network but loopback. */
const baseSettings = { listen_addresses: '127.0.0.1', unix_socket_directories: '' }

/**
 * Starts (or finds running) the real PostgreSQL from npm as a child process. Data stays between starts and survives kill -9;
 * works as root by running the server as another user.
 *
 * @throws GraftError `unavailable` with the server's own last words when it does not start.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const place = findPostgres(path.resolve(options.dataDir))
  if (!fs.existsSync(path.join(place.dataDir, 'PG_VERSION'))) initialize(place, options.throwAway ?? false)
  const cluster = new Cluster(place, options.database ?? 'postgres')
  return (await cluster.running()) ?? (await cluster.start(options))
}

/** A throw-away cluster for tests: no fsync, removed on stop. */
export async function startTemporary(): Promise<EmbeddedPostgres> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'graft-postgres-'))
  fs.chmodSync(folder, 0o755) // another user may run the server
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 200, shared_buffers: '32MB' }
  const server = await startEmbedded({ dataDir: path.join(folder, 'data'), throwAway: true, settings })
  const remove = () => fs.rmSync(folder, { recursive: true, force: true })
  const abandon = () => {
    process.kill(server.pid, 'SIGQUIT') // at once, without writing anything out
    remove()
  }
  process.once('exit', abandon) // a test run that is cut short leaves no server behind
  return {
    ...server,
    async stop() {
      process.off('exit', abandon)
      await server.stop()
      remove()
    },
  }
}

const secretFile = (place: PostgresPlace): string => `${place.dataDir}.password`

/** `initdb` with a random password that lies beside the data, readable by its user only. */
function initialize(place: PostgresPlace, throwAway: boolean): void {
  const { dataDir, programs, user } = place
  fs.mkdirSync(path.dirname(dataDir), { recursive: true })
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const secret = secretFile(place)
  fs.writeFileSync(secret, randomBytes(18).toString('base64url'), { mode: 0o600 })
  if (user !== undefined) for (const file of [dataDir, secret]) fs.chownSync(file, user.uid, user.gid)
  const flags = ['-D', dataDir, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--locale=C', '--no-instructions']
  const result = spawnSync(programPath(programs, 'initdb'), throwAway ? [...flags, '--no-sync'] : flags, { ...user, env: environment, cwd: '/', encoding: 'utf8' })
  if (result.status === 0) return
  throw new GraftError('unavailable', `PostgreSQL could not make its data folder ${dataDir}: ${result.error?.message ?? result.stderr.trim()}`, {
    hint: 'Is the disk full or the folder not writable? GRAFT_DATA names another place.',
  })
}

class Cluster {
  private readonly password: string

  constructor(private readonly place: PostgresPlace, private readonly database: string) {
    this.password = fs.readFileSync(secretFile(place), 'utf8').trim()
  }

  private url(port: number, database = this.database): string {
    return `postgresql://postgres:${this.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
  }

  private answer(port: number, pid: number, reused: boolean): EmbeddedPostgres {
    return { url: this.url(port), port, pid, dataDir: this.place.dataDir, reused, stop: () => shutDown(pid) }
  }

  /** Whether a server of this very data folder answers there. */
  private async answers(port: number): Promise<boolean> {
    const client = new Client({ connectionString: this.url(port, 'postgres'), connectionTimeoutMillis: 2000 })
    client.on('error', () => {}) // a server that goes away right now: the query below fails and says so
    try {
      await client.connect()
      const { rows } = await client.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder")
      return rows[0]?.folder === this.place.dataDir
    } catch {
      return false
    } finally {
      await client.end().catch(() => {})
    }
  }

  /** The server that an earlier start left, or null. */
  async running(): Promise<EmbeddedPostgres | null> {
    const pidFile = path.join(this.place.dataDir, 'postmaster.pid')
    if (!fs.existsSync(pidFile)) return null
    const [pid, , , port] = fs.readFileSync(pidFile, 'utf8').split('\n').map(Number)
    if (!pid || !port || !isAlive(pid) || !(await this.answers(port))) return null
    return this.answer(port, pid, true)
  }

  async start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
    let lastWords = ''
    // After a kill -9 the orphaned backends need a moment to notice and leave; and a free port may be taken meanwhile.
    for (let attempt = 0; attempt < 20; attempt += 1) {
      options.signal?.throwIfAborted()
      const port = options.port || (await freePort())
      const child = this.spawn(port, options.settings ?? {})
      const state = { gone: false }
      child.on('exit', () => (state.gone = true))
      child.on('error', (error) => {
        state.gone = true
        lastWords = error.message
      })
      while (!state.gone) {
        if (await this.answers(port)) return this.answer(port, child.pid!, false)
        await sleep(25)
        if (options.signal?.aborted) await shutDown(child.pid!)
      }
      lastWords ||= fs.readFileSync(this.logFile, 'utf8').trim()
      if (!/shared memory|lock file|address already in use/i.test(lastWords)) break
      const another = await this.running()
      if (another !== null) return another // started by another process in the same moment
      await sleep(250)
    }
    options.signal?.throwIfAborted()
    throw new GraftError('unavailable', `PostgreSQL did not start: ${lastWords.split('\n').slice(-5).join('\n')}`, {
      hint: `Its log is ${this.logFile}. DATABASE_URL names another server to use.`,
    })
  }

  private get logFile(): string {
    return `${this.place.dataDir}.log`
  }

  private spawn(port: number, settings: Record<string, string | number>) {
    const log = fs.openSync(this.logFile, 'w')
    const flags = Object.entries({ ...baseSettings, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(programPath(this.place.programs, 'postgres'), ['-D', this.place.dataDir, '-p', String(port), ...flags], {
      ...this.place.user,
      env: environment,
      cwd: '/',
      detached: true, // a Ctrl-C at the terminal must not reach it before those who use it are done
      stdio: ['ignore', log, log],
    })
    fs.closeSync(log)
    child.unref()
    return child
  }
}

async function shutDown(pid: number): Promise<void> {
  if (!isAlive(pid)) return
  process.kill(pid, 'SIGINT') // PostgreSQL's fast shutdown: ends sessions, writes everything out
  for (let wait = 0; wait < 1200; wait += 1) {
    if (!isAlive(pid)) return
    await sleep(25)
  }
  process.kill(pid, 'SIGQUIT') // half a minute was not enough: at once, the next start recovers from the log
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}
