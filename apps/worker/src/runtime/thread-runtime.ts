import { Worker } from 'node:worker_threads'
import { fromErrorReport, GraftError } from '@graft/contracts/errors'
import type { GraphRuntime, GraphSession } from '@graft/core/runtime/graph-runtime'
import type { RuntimeTensor } from '@graft/core/runtime/runtime-tensor'
import { detachable, ownBytes, type EngineAnswer, type EngineOptions, type EngineRequest } from './engine-messages.ts'

export type ThreadRuntime = GraphRuntime & { /** Ends the thread once it is through with its present run; what else it was asked is given up. */ close(): Promise<void> }

type WithoutId<Request> = Request extends unknown ? Omit<Request, 'id'> : never
interface Waiting {
  resolve(outputs: Record<string, RuntimeTensor> | undefined): void
  reject(error: unknown): void
}

/**
 * onnxruntime in a thread of its own. onnxruntime-node computes on the thread that calls it, and one run may be a whole epoch:
 * in the main thread nobody could renew the lease meanwhile, and the next batch could not be read.
 */
export async function createThreadRuntime(options: EngineOptions = {}): Promise<ThreadRuntime> {
  const thread = new Worker(new URL('./engine-thread.mjs', import.meta.url), { workerData: options, execArgv: [] })
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let dead: unknown = null

  const ready = new Promise<Extract<EngineAnswer, { ready: unknown }>['ready']>((resolve, reject) => {
    const die = (error: unknown) => {
      dead = error
      reject(error)
      for (const { reject: refuse } of waiting.values()) refuse(error)
      waiting.clear()
    }
    thread.on('message', (message: EngineAnswer) => {
      if ('ready' in message) return resolve(message.ready)
      const asked = waiting.get(message.id)
      waiting.delete(message.id)
      if ('error' in message) asked?.reject(fromErrorReport(message.error))
      else asked?.resolve(message.outputs)
    })
    thread.on('error', (cause) => die(new GraftError('internal', `The engine’s thread failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })))
    thread.on('exit', () => die(dead ?? new GraftError('internal', 'The engine’s thread ended.')))
  })

  function ask(request: WithoutId<EngineRequest>, buffers: ArrayBuffer[]): Promise<Record<string, RuntimeTensor> | undefined> {
    if (dead) return Promise.reject(dead as Error)
    const id = ++lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      thread.postMessage({ ...request, id }, buffers)
    })
  }
  let lastSession = 0
  return {
    ...(await ready),
    async createSession(model, signal) {
      refuseAborted(signal)
      const session = ++lastSession
      const copy = ownBytes(model)
      await ask({ kind: 'create', session, model: copy }, [copy.buffer])
      return sessionOf(session, ask)
    },
    async close() {
      await thread.terminate()
    },
  }
}

function sessionOf(session: number, ask: (request: WithoutId<EngineRequest>, buffers: ArrayBuffer[]) => Promise<Record<string, RuntimeTensor> | undefined>): GraphSession {
  return {
    async run(feeds, signal) {
      refuseAborted(signal)
      const { tensors, buffers } = detachable(feeds)
      return (await ask({ kind: 'run', session, feeds: tensors }, buffers)) ?? {}
    },
    async hold(values) {
      const { tensors, buffers } = detachable(values)
      await ask({ kind: 'hold', session, values: tensors }, buffers)
    },
    async held(names) {
      return (await ask({ kind: 'held', session, names }, [])) ?? {}
    },
    async dispose() {
      await ask({ kind: 'dispose', session }, [])
    },
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GraftError('aborted', 'Stopped.')
}
