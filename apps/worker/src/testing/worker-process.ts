import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestServer } from './test-server.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

export interface WorkerProcess {
  child: ChildProcess
  /** All that it has said. */
  output(): string
  /** Sends a signal and waits for the end. Null: it ended by the signal itself. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** The worker as `npm start` runs it, for a test's server. `environment` adds to what it is told. Whoever starts one ends it. */
export function startWorkerProcess(server: TestServer, name: string, environment: Record<string, string> = {}): WorkerProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    cwd: path.dirname(main),
    env: { PATH: process.env['PATH'], HOME: server.folder, GRAFT_SERVER: server.address, GRAFT_TOKEN: server.workerToken, GRAFT_CACHE: path.join(server.folder, 'cache'), GRAFT_WORKER_NAME: name, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    child,
    output: () => output,
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
}
