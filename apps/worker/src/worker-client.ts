import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client'
import superjson from 'superjson'
import type { AppRouter } from '@graft/api/router'
import { GraftError } from '@graft/contracts/errors'
import { retryWhileUnreachable } from './retry.ts'
import { fromTransport } from './transport-error.ts'

export interface WorkerClientOptions {
  /** Address of the server without a slash at its end. */
  server: string
  token: string
  /** Told when the server is away, before each pause. */
  onWait?(error: GraftError, seconds: number): void
}

/** The server's procedures. */
export type WorkerApi = TRPCClient<AppRouter>

export interface WorkerClient {
  /**
   * One call to the server; while it cannot be reached, tried again until `signal` fires. Refusals (a stale attempt, a wrong
   * token) are never tried again.
   * @throws GraftError with the server's code.
   */
  call<Result>(procedure: (server: WorkerApi, signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Promise<Result>
  /** The same, tried once. */
  callOnce<Result>(procedure: (server: WorkerApi, signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Promise<Result>
}

/** The worker's side of the worker API: plain HTTP requests with the worker token, one call a request. */
export function createWorkerClient({ server, token, onWait }: WorkerClientOptions): WorkerClient {
  const client = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${server}/api/trpc`, transformer: superjson, headers: { authorization: `Bearer ${token}` } })],
  })
  const callOnce: WorkerClient['callOnce'] = async (procedure, signal) => {
    signal.throwIfAborted()
    // A signal of its own for every call: the client leaves its listeners on the one it is given, and ours lives as long as the worker.
    const own = new AbortController()
    let forward = () => {}
    // Ends with the signal also where the request does not: a lane that waits for an answer that never comes takes no job any more.
    const stopped = new Promise<never>((_resolve, reject) => {
      forward = () => {
        own.abort(signal.reason)
        reject(new GraftError('aborted', 'Stopped.', { cause: signal.reason }))
      }
    })
    signal.addEventListener('abort', forward, { once: true })
    try {
      return await Promise.race([procedure(client, own.signal), stopped])
    } catch (error) {
      throw fromTransport(error, server)
    } finally {
      signal.removeEventListener('abort', forward)
    }
  }
  return { callOnce, call: (procedure, signal) => retryWhileUnreachable(() => callOnce(procedure, signal), { signal, ...(onWait ? { onWait } : {}) }) }
}
