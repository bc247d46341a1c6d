import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { childEnvironment, root } from './environment.ts'

export const executable = (name: string): string => path.join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name)
const shell = process.platform === 'win32'

/** Ends a child when this process is gone, even after kill -9: preloaded into every long-running child. */
const preload = ['--import', path.join(root, 'scripts/exit-with-parent.mjs')]

/** Runs a command to its end. Resolves with its exit code; aborting the signal ends it with SIGTERM. */
export function runToEnd(command: string, commandArguments: string[], options: { environment?: Record<string, string>; quiet?: boolean; signal?: AbortSignal } = {}): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, {
      cwd: root,
      shell: shell && command.endsWith('.cmd'),
      stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env: childEnvironment(options.environment ?? {}),
    })
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const stop = () => child.kill('SIGTERM')
    options.signal?.addEventListener('abort', stop, { once: true })
    child.on('error', reject)
    child.on('close', (code) => {
      options.signal?.removeEventListener('abort', stop)
      resolve({ code: code ?? 1, output })
    })
  })
}

/** A child that lives shorter than this did not really start. */
const shortLife = 15_000
/** So many short lives in a row, and a child is given up. */
const lives = 3
/** Milliseconds before a child is started again. */
const restartPause = 1000

/** The long-running children of `npm start`: ended together. */
export class ProcessGroup {
  readonly #children = new Map<string, ChildProcess>()
  readonly #onUnexpectedExit: (message: string) => void
  #stopping = false

  constructor(onUnexpectedExit: (message: string) => void) {
    this.#onUnexpectedExit = onUnexpectedExit
  }

  /**
   * Starts `node …` in a folder of the repository. One with `restart` is started again when it ends by itself, as when the
   * system kills it for its memory, unless it ends at once several times in a row.
   */
  start(name: string, folder: string, nodeArguments: string[], environment: Record<string, string>, options: { restart?: boolean } = {}, shortLives = 0): void {
    const began = performance.now()
    const child = spawn(process.execPath, [...preload, ...nodeArguments], {
      cwd: path.join(root, folder),
      stdio: ['ignore', 'inherit', 'inherit'],
      // A group of its own: a Ctrl-C at the terminal reaches this process only, which then ends the children in order.
      detached: process.platform !== 'win32',
      env: childEnvironment({ ...environment, GRAFT_PARENT: String(process.pid) }),
    })
    child.on('exit', (code, signal) => {
      this.#children.delete(name)
      if (this.#stopping) return
      const message = `The ${name} ended by itself (${signal ?? `exit code ${code}`}).`
      const shortSoFar = performance.now() - began < shortLife ? shortLives + 1 : 0
      if (!options.restart || shortSoFar >= lives) return this.#onUnexpectedExit(message)
      console.error(`${message} It is started again.`)
      setTimeout(() => {
        if (!this.#stopping) this.start(name, folder, nodeArguments, environment, options, shortSoFar)
      }, restartPause).unref()
    })
    this.#children.set(name, child)
  }

  /**
   * Ends the children one after the other, the last started first (the worker hands its job back to a server that still listens):
   * SIGTERM, and SIGKILL after `patience` milliseconds.
   */
  async stop(patience = 12_000): Promise<void> {
    this.#stopping = true
    for (const child of [...this.#children.values()].toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), patience)
      await ended
      clearTimeout(timer)
    }
  }
}
