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
  call<Result>(procedure: (server: WorkerApi, signal: AbortSignal) => Promise<Result>, signal: AbortSignal, options?: CallOptions): Promise<Result>
  /** The same, tried once. */
  callOnce<Result>(procedure: (server: WorkerApi, signal: AbortSignal) => Promise<Result>, signal: AbortSignal, options?: CallOptions): Promise<Result>
}

export interface CallOptions {
  /** An answer that takes longer never comes (a connection that only this side still believes in): the call counts as unreachable. Default 30. */
  patienceSeconds?: number
}

/** The worker's side of the worker API: plain HTTP requests with the worker token, one call a request. */
export function createWorkerClient({ server, token, onWait }: WorkerClientOptions): WorkerClient {
  const client = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${server}/api/trpc`, transformer: superjson, headers: { authorization: `Bearer ${token}` } })],
  })
  const callOnce: WorkerClient['callOnce'] = async (procedure, signal, { patienceSeconds = 30 } = {}) => {
    signal.throwIfAborted()
    // A signal of its own for every call: the client leaves its listeners on the one it is given, and ours lives as long as the worker.
    const own = new AbortController()
    let end = (_error: GraftError) => {}
    // Ends with the signal also where the request does not: a lane that waits for an answer that never comes takes no job any more.
    const ended = new Promise<never>((_resolve, reject) => {
      end = (error) => {
        own.abort(error)
        reject(error)
      }
    })
    const stop = () => end(new GraftError('aborted', 'Stopped.', { cause: signal.reason }))
    const patience = setTimeout(() => end(new GraftError('unavailable', `The Graft server at ${server} does not answer: nothing came for ${patienceSeconds} s.`)), patienceSeconds * 1000)
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await Promise.race([procedure(client, own.signal), ended])
    } catch (error) {
      throw fromTransport(error, server)
    } finally {
      clearTimeout(patience)
      signal.removeEventListener('abort', stop)
    }
  }
  return { callOnce, call: (procedure, signal, options) => retryWhileUnreachable(() => callOnce(procedure, signal, options), { signal, ...(onWait ? { onWait } : {}) }) }
}
