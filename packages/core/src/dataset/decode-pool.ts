import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { GraftError } from '@graft/contracts/errors'
import type { DecodeOutcome } from './decoded-image.ts'
import type { DecodeReply, DecodeRequest } from './decode-protocol.ts'
import { memoryExitCode } from './decode-protocol.ts'
import { maximumFileBytes } from './image-source.ts'

export interface DecodePoolOptions {
  /** Child processes, one image in each at a time. */
  children?: number
  /** Resident memory in bytes at which a child gives up its image. A 50-megapixel photo with 16 bits and alpha needs about 1 GiB. */
  memoryLimit?: number
  /** Milliseconds an image may take. */
  timeout?: number
}

/** Decodes untrusted images in child processes. What a file does to its decoder becomes its outcome, never an exception. */
export interface DecodePool {
  /** @throws what `signal` was aborted with; GraftError `internal` when no child process starts. */
  decode(bytes: Uint8Array, signal?: AbortSignal): Promise<DecodeOutcome>
  /** Ends the children; images in work are given up. */
  close(): Promise<void>
}

const childFile = fileURLToPath(new URL('./decode-child.ts', import.meta.url))
const startTimeout = 60_000

/** One child process and the image it is at. */
class DecodeChild {
  readonly #process: ChildProcess
  readonly #ready: Promise<void>
  readonly #exited: Promise<number | null>
  #settle: ((outcome: DecodeOutcome) => void) | null = null

  constructor(memoryLimit: number) {
    // The child is TypeScript too: it gets the same loader, found from here because the working directory may be anywhere.
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
    this.#process = fork(childFile, [String(memoryLimit)], {
      execArgv: ['--import', loader, '--max-old-space-size=512'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', (code) => resolve(code))
      this.#process.once('error', () => resolve(null))
    })
    this.#ready = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new GraftError('internal', 'The image decoder did not start within a minute.')), startTimeout)
      this.#process.on('message', (reply: DecodeReply) => {
        if (reply.kind === 'ready') resolve()
        else this.#settle?.(reply.outcome)
      })
      void this.#exited.then((code) => {
        reject(new GraftError('internal', `The image decoder ended while starting (exit status ${code}).`))
        this.#settle?.({ failure: crashFailure(code) })
      })
      void this.#exited.finally(() => clearTimeout(timer))
      this.#process.once('message', () => clearTimeout(timer))
    })
    this.#ready.catch(() => {})
  }

  get alive(): boolean {
    return this.#process.connected && this.#process.exitCode === null && this.#process.signalCode === null
  }

  async decode(bytes: Uint8Array, timeout: number, signal?: AbortSignal): Promise<DecodeOutcome> {
    await this.#ready
    signal?.throwIfAborted()
    return new Promise<DecodeOutcome>((resolve, reject) => {
      const finish = (then: () => void): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', stop)
        this.#settle = null
        then()
      }
      const stop = (): void => {
        this.kill()
        finish(() => reject(signal?.reason))
      }
      const timer = setTimeout(() => {
        this.kill()
        finish(() => resolve({ failure: { kind: 'too-large', reason: `Decoding took longer than ${timeout / 1000} seconds.` } }))
      }, timeout)
      signal?.addEventListener('abort', stop, { once: true })
      this.#settle = (outcome) => finish(() => resolve(outcome))
      this.#process.send({ bytes } satisfies DecodeRequest, (error) => {
        if (error !== null) this.#settle?.({ failure: crashFailure(null) })
      })
    })
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  async end(): Promise<void> {
    this.kill()
    await this.#exited
  }
}

function crashFailure(code: number | null): { kind: 'too-large' | 'corrupt'; reason: string } {
  if (code === memoryExitCode) return { kind: 'too-large', reason: 'Decoding needed more memory than an image may take.' }
  return { kind: 'corrupt', reason: 'The image decoder crashed on it.' }
}

/** Two children with 1.5 GiB and 30 s an image unless told otherwise. Children start when first needed and anew after a crash. */
export function createDecodePool(options: DecodePoolOptions = {}): DecodePool {
  const { children = 2, memoryLimit = 1.5 * 1024 ** 3, timeout = 30_000 } = options
  const idle: DecodeChild[] = []
  const all = new Set<DecodeChild>()
  const waiting: (() => void)[] = []
  let busy = 0
  let closed = false

  async function acquire(): Promise<DecodeChild> {
    // Whoever releases hands the place on, so a waiting caller finds it counted already.
    if (busy < children) busy++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    if (closed) {
      passOn()
      throw new GraftError('aborted', 'The image decoder was closed.')
    }
    let child = idle.pop()
    while (child !== undefined && !child.alive) {
      all.delete(child)
      child = idle.pop()
    }
    if (child === undefined) {
      child = new DecodeChild(memoryLimit)
      all.add(child)
    }
    return child
  }

  function passOn(): void {
    const next = waiting.shift()
    if (next === undefined) busy--
    else next()
  }

  function release(child: DecodeChild): void {
    if (child.alive && !closed) idle.push(child)
    else all.delete(child)
    passOn()
  }

  return {
    async decode(bytes, signal) {
      signal?.throwIfAborted()
      if (bytes.length > maximumFileBytes) {
        return { failure: { kind: 'too-large', reason: `The file has more than ${maximumFileBytes / 1024 ** 2} MiB.` } }
      }
      const child = await acquire()
      try {
        return await child.decode(bytes, timeout, signal)
      } finally {
        release(child)
      }
    },
    async close() {
      closed = true
      await Promise.all(Array.from(all, (child) => child.end()))
    },
  }
}
