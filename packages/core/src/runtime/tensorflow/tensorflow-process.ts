import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { fromErrorReport, GraftError } from '@graft/contracts/errors'
import { receiveFrames, sendFrame } from './frames.ts'
import type { TensorflowInstallation } from './installation.ts'
import type { Answer, OperationName, Operations } from './messages.ts'

const serverFile = fileURLToPath(new URL('../../../../../backends/tfjs-node/src/server.ts', import.meta.url))
/** Characters of stderr that are kept for the error of a process that ends. */
const keptCharacters = 2000

interface Waiting {
  resolve(result: never): void
  reject(error: unknown): void
}

/** TensorFlow in a process of its own, which ends with this one. It keeps no process alive that has nothing else to do. */
export class TensorflowProcess {
  readonly device: Promise<{ readonly device: string; readonly versions: Readonly<Record<string, string>> }>
  readonly #child: ChildProcess
  readonly #socket: Socket
  readonly #waiting = new Map<number, Waiting>()
  readonly #exited: Promise<void>
  #lastId = 0
  #lastWords = ''
  #ended = false

  constructor(folder: string, installation: TensorflowInstallation, threads: number | undefined) {
    // The server is TypeScript too: it gets the same loader, found from here because the working directory may be anywhere.
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
    this.#child = spawn(process.execPath, ['--import', loader, serverFile, folder, installation.package, String(threads ?? '')], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
    this.#socket = this.#child.stdio[3] as Socket
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.#lastWords = (this.#lastWords + chunk.toString()).slice(-keptCharacters)))
    this.#socket.on('error', () => undefined) // the process's end says it
    this.device = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: resolve as Waiting['resolve'], reject })
    })
    receiveFrames(this.#socket, (answer: Answer) => this.#receive(answer))
    this.#exited = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#ended = true
        this.#failAll(new GraftError('internal', `TensorFlow's process ended (${how}).`, { hint: this.#lastWords.trim().split('\n').at(-1) || 'Try `graft backends list`.' }))
        resolve()
      }
      this.#child.once('close', (code, signal) => end(signal ?? `exit status ${code}`))
      this.#child.once('error', (error) => end(error.message))
    })
    this.#letGo()
  }

  /** Aborting ends a training at its next step. */
  async ask<Name extends OperationName>(kind: Name, body: Operations[Name][0], signal?: AbortSignal): Promise<Operations[Name][1]> {
    if (signal?.aborted) throw new GraftError('aborted', 'Stopped.')
    if (this.#ended) throw new GraftError('internal', 'TensorFlow’s process has ended.', { hint: this.#lastWords.trim().split('\n').at(-1) ?? '' })
    const id = ++this.#lastId
    const cancel = (): void => sendFrame(this.#socket, { cancel: id })
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await new Promise<Operations[Name][1]>((resolve, reject) => {
        this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
        this.#hold()
        sendFrame(this.#socket, { id, kind, body })
      })
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#ended = true
    this.#hold()
    this.#socket.end()
    this.#child.kill('SIGTERM')
    await this.#exited
  }

  #receive(answer: Answer): void {
    if ('ready' in answer) this.#take(0)?.resolve(answer.ready as never)
    else if ('failed' in answer) this.#take(0)?.reject(fromErrorReport(answer.failed))
    else if ('error' in answer) this.#take(answer.id)?.reject(fromErrorReport(answer.error))
    else this.#take(answer.id)?.resolve(answer.result as never)
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#letGo()
    return waiting
  }

  #failAll(error: GraftError): void {
    for (const id of this.#waiting.keys()) this.#take(id)?.reject(error)
  }

  /** All three: the process counts as ended when its last stream has, and with one of them let go this process could end before. */
  #hold(): void {
    this.#child.ref()
    this.#socket.ref()
    ;(this.#child.stderr as Socket).ref()
  }

  #letGo(): void {
    if (this.#waiting.size > 0) return
    this.#child.unref()
    this.#socket.unref()
    ;(this.#child.stderr as Socket).unref()
  }
}
