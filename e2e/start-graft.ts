import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

export interface RunningGraft {
  address: string
  dataFolder: string
  output(): string
  /** Nobody reads its output any more, as when a terminal is closed. */
  closeOutput(): void
  /** Ends it: SIGTERM to npm alone, as a service manager does; SIGINT to the whole group, as Ctrl-C at a terminal does. Resolves with its exit code. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>
  /** Every process that descends from it, by /proc (Linux only). */
  descendants(): number[]
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })

/** A folder that the user whom Postgres runs as can reach, also when the tests run as root. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'graft-e2e-'))
  chmodSync(folder, 0o755)
  return folder
}
/** npm may end a moment before the database has put its last files away. */
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })

/** Starts what `npm start` starts, on a port and in a data folder of its own, and waits until it is ready. */
export async function startGraft(options: { dataFolder: string; samples?: boolean }): Promise<RunningGraft> {
  const port = await freePort()
  const { DATABASE_URL: _unused, ...environment } = process.env
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...environment, GRAFT_PORT: String(port), GRAFT_DATA: options.dataFolder, GRAFT_SAMPLES: options.samples ? '1' : '0', NODE_ENV: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await waitForLine(child, () => output, `Graft is running at http://127.0.0.1:${port}`)
  return {
    address: `http://127.0.0.1:${port}`,
    dataFolder: options.dataFolder,
    output: () => output,
    closeOutput() {
      child.stdout.destroy()
      child.stderr.destroy()
    },
    stop: (signal = 'SIGTERM') => stop(child, signal),
    descendants: () => descendantsOf(child.pid!),
  }
}

/** The address of the Postgres that keeps a data folder, while it runs. */
export function databaseUrl(dataFolder: string): string {
  const password = readFileSync(path.join(dataFolder, 'pg.password'), 'utf8').trim()
  const port = readFileSync(path.join(dataFolder, 'pg', 'postmaster.pid'), 'utf8').split('\n')[3]!
  return `postgresql://postgres:${password}@127.0.0.1:${port}/graft`
}

function waitForLine(child: ChildProcess, output: () => string, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      if (output().includes(line)) finish(resolve)
    }, 100)
    const onExit = (code: number | null) => finish(() => reject(new Error(`npm start ended with code ${code}:\n${output()}`)))
    const finish = (then: () => void) => {
      clearInterval(timer)
      child.off('exit', onExit)
      then()
    }
    child.once('exit', onExit)
  })
}

function stop(child: ChildProcess, signal: 'SIGTERM' | 'SIGINT'): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode)
    child.once('exit', (code) => resolve(code))
    process.kill(signal === 'SIGINT' ? -child.pid! : child.pid!, signal)
  })
}

/** Parent process of each process, from /proc. */
function parents(): Map<number, number> {
  const found = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      found.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // ended meanwhile
    }
  }
  return found
}

function descendantsOf(pid: number): number[] {
  const all = parents()
  const found = [pid]
  for (const parent of found) for (const [child, itsParent] of all) if (itsParent === parent) found.push(child)
  return found.slice(1)
}

/** Whether a process is there (a zombie counts as gone). */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
  } catch {
    return false
  }
}

/** The words of a process's command line with spaces between; empty when it is gone. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
  } catch {
    return ''
  }
}
