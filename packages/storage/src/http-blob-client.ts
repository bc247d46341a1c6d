import { errorCodes, GraftError, type ErrorCode } from '@graft/contracts/errors'
import { setTimeout as sleep } from 'node:timers/promises'
import { aborted } from './blob-store.ts'

export interface RetryRule {
  /** Tries in all. */
  attempts: number
  /** Wait before the second try; doubled after each, up to 10 s. */
  firstDelayMilliseconds: number
}

export interface BlobRequest {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST'
  /** Made anew for each try: a stream can be sent once only. */
  body?: () => AsyncIterable<Uint8Array> | Uint8Array
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** The same bytes; each that passes says that the connection lives. */
export type Passing = <Bytes extends AsyncIterable<Uint8Array> | Uint8Array>(bytes: Bytes) => Bytes

type AnswerHandler<Answer> = (response: Response, passing: Passing) => Promise<Answer>

const codeByStatus: Readonly<Record<number, ErrorCode>> = { 400: 'invalid_input', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'stale_attempt', 413: 'too_large', 422: 'mismatch', 507: 'disk_full' }
const longestDelayMilliseconds = 10_000
/** A connection on which nothing moves for so long is given up, and another made: only this side may still believe in it. */
const silenceMilliseconds = 30_000
const abortPatienceMilliseconds = 5000

/**
 * Talks to `/api/blobs/<name>` of a Graft server, a hash or a question for many. Network errors, 429 and 5xx are tried again with growing waits, also when the
 * connection breaks while `handle` reads the answer; any other refusal is a GraftError at once.
 */
export function createBlobClient(server: string, token: string, retry: RetryRule) {
  const base = new URL(`${server}/api/blobs/`)

  return async function request<Answer>(name: string, options: BlobRequest, handle: AnswerHandler<Answer>): Promise<Answer> {
    const { signal } = options
    if (signal === undefined) return tryUntilAnswered(name, options, handle)
    if (signal.aborted) throw aborted(signal)
    // A signal of its own for every request: fetch leaves its listeners on the one it is given, and a job's lives through thousands.
    const own = new AbortController()
    let forward = () => {}
    // Ends after the signal also where the request does not; it gets time to clear away what it had begun.
    const stopped = new Promise<never>((_resolve, reject) => {
      forward = () => {
        own.abort(signal.reason)
        setTimeout(() => reject(aborted(signal)), abortPatienceMilliseconds).unref()
      }
    })
    signal.addEventListener('abort', forward, { once: true })
    try {
      return await Promise.race([tryUntilAnswered(name, { ...options, signal: own.signal }, handle), stopped])
    } finally {
      signal.removeEventListener('abort', forward)
    }
  }

  async function tryUntilAnswered<Answer>(name: string, options: BlobRequest, handle: AnswerHandler<Answer>): Promise<Answer> {
    let delay = retry.firstDelayMilliseconds
    for (let attempt = 1; ; attempt += 1) {
      if (options.signal?.aborted) throw aborted(options.signal)
      const silence = watchSilence(silenceMilliseconds, options.signal)
      try {
        const response = await send(new URL(name, base), token, { ...options, signal: silence.signal, ...(options.body && { body: () => silence.passing(options.body!()) }) })
        // 507: the server's disk is full, which no waiting mends.
        if ((response.status < 500 && response.status !== 429) || response.status === 507) {
          if (!response.ok && response.status !== 404) throw await refusal(response, base)
          return await handle(response, silence.passing)
        }
        await response.body?.cancel()
        throw new TransientFailure(`the server answers ${response.status}`)
      } catch (error) {
        if (options.signal?.aborted) throw aborted(options.signal)
        const reason = silence.signal.aborted ? `nothing came for ${silenceMilliseconds / 1000} s` : transientReason(error)
        if (reason === null) throw error
        if (attempt >= retry.attempts) throw unreachable(base, reason, error)
      } finally {
        silence.end()
      }
      await sleep(delay * (0.75 + Math.random() / 2), undefined, { signal: options.signal }).catch(() => undefined)
      delay = Math.min(delay * 2, longestDelayMilliseconds)
    }
  }
}

/** What is sent in one go: more would look like silence on a slow line. */
const pieceBytes = 2 ** 20

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes)
}

/** A signal that fires with `signal`, or when nothing has passed for so long. */
function watchSilence(milliseconds: number, signal: AbortSignal | undefined) {
  const controller = new AbortController()
  const stop = (): void => controller.abort(signal?.reason)
  const timer = setTimeout(() => controller.abort(), milliseconds)
  signal?.addEventListener('abort', stop, { once: true })
  const passing = ((bytes: AsyncIterable<Uint8Array> | Uint8Array) => {
    if (bytes instanceof Uint8Array && bytes.byteLength <= pieceBytes) return bytes
    return (async function* () {
      for await (const chunk of bytes instanceof Uint8Array ? pieces(bytes) : bytes) {
        timer.refresh()
        yield chunk
      }
    })()
  }) as Passing
  return {
    signal: controller.signal,
    passing,
    end(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    },
  }
}

class TransientFailure extends Error {}

async function send(address: URL, token: string, options: BlobRequest): Promise<Response> {
  const body = options.body?.()
  return fetch(address, {
    method: options.method,
    headers: { authorization: `Bearer ${token}`, ...options.headers },
    // Redirects would carry the token elsewhere.
    redirect: 'error',
    ...(body === undefined ? {} : { body, duplex: 'half' }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  } as unknown as RequestInit)
}

/** Why it may go better the next time, or null. `fetch` throws TypeError for everything the network does, Node's streams throw errors with a code. */
function transientReason(error: unknown): string | null {
  if (error instanceof TransientFailure) return error.message
  if (error instanceof TypeError) return error.cause instanceof Error ? error.cause.message : error.message
  const code = (error as NodeJS.ErrnoException).code
  return typeof code === 'string' && /^(UND_ERR|ECONN|EPIPE|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE)/.test(code) ? code : null
}

async function refusal(response: Response, base: URL): Promise<GraftError> {
  const text = await response.text()
  let told: { message?: unknown; hint?: unknown; error?: { code?: unknown } } = {}
  try {
    told = JSON.parse(text) as typeof told
  } catch {
    // Not a Graft server's answer: the status has to do.
  }
  const code = errorCodes.find((known) => known === told?.error?.code) ?? codeByStatus[response.status] ?? 'internal'
  const message = typeof told?.message === 'string' ? told.message : `${base.origin} refused the request (${response.status}).`
  const hint = typeof told?.hint === 'string' ? told.hint : code === 'unauthorized' ? 'Check the worker token (GRAFT_TOKEN).' : undefined
  return new GraftError(code, message, hint === undefined ? {} : { hint })
}

function unreachable(base: URL, reason: string, cause: unknown): GraftError {
  return new GraftError('unavailable', `The server at ${base.origin} cannot be reached: ${reason}.`, { hint: 'Check that it runs and that its address (GRAFT_SERVER) is right.', cause })
}
