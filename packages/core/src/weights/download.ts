import { GraftError } from '@graft/contracts/errors'
import { mkdir, open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withFileLock } from './file-lock.ts'
import { hashFile } from './hash-file.ts'

export interface DownloadOptions {
  readonly url: string
  /** Where the finished file goes; it appears there whole or not at all. */
  readonly target: string
  readonly hash: { readonly algorithm: 'md5' | 'sha256'; readonly value: string } | null
  /** Expected size, for progress until the server tells. */
  readonly bytes?: number | null
  readonly onProgress?: (bytes: number, total: number | null) => void
  readonly signal?: AbortSignal
  readonly fetch?: typeof globalThis.fetch
  /** Attempts in a row that bring nothing before it gives up. Default 5. */
  readonly attempts?: number
  /** Wait before the second attempt, doubled each time. Default 500. */
  readonly firstDelayMilliseconds?: number
  /** A connection that brings no byte for so long is given up. Default 60,000. */
  readonly stallMilliseconds?: number
}

/** Whether another attempt may help. */
class RetryableError extends Error {}

/**
 * Downloads a file: resumes what an earlier call (of any process) left off, retries with growing waits, checks the hash and renames
 * into place. Processes that want the same target wait for each other and the later ones find it done. Returns the SHA-256. Throws
 * `unavailable` (no connection, an error of the server), `mismatch` (wrong hash, twice), or the signal's reason.
 */
export async function downloadFile(options: DownloadOptions): Promise<{ sha256: string; bytes: number }> {
  await mkdir(dirname(options.target), { recursive: true })
  return withFileLock(`${options.target}.lock`, options.signal, async () => {
    const done = await existingHashes(options.target, options.signal)
    if (done !== null && fits(done, options)) return done
    return fetchChecked(options)
  })
}

/** A wrong hash may come from a damaged partial file: it is thrown away and the file fetched once more from its start. */
async function fetchChecked(options: DownloadOptions): Promise<Hashes> {
  const partial = `${options.target}.partial`
  for (const last of [false, true]) {
    await fetchWithRetries(options, partial)
    const hashes = await existingHashes(partial, options.signal)
    if (hashes !== null && fits(hashes, options)) {
      await rename(partial, options.target)
      await rm(`${partial}.json`, { force: true })
      return hashes
    }
    await rm(partial, { force: true })
    await rm(`${partial}.json`, { force: true })
    if (last && options.hash !== null) {
      throw new GraftError('mismatch', `What ${options.url} sends has the ${options.hash.algorithm} ${hashes?.[options.hash.algorithm] ?? '(nothing)'}, not the published ${options.hash.value}. It was thrown away.`, {
        hint: 'A proxy may have changed it, or the file was replaced. Get it elsewhere and run: graft models add FILE',
      })
    }
  }
  throw new GraftError('unavailable', `${options.url} sends nothing.`)
}

async function fetchWithRetries(options: DownloadOptions, partial: string): Promise<void> {
  const { attempts = 5, firstDelayMilliseconds = 500, signal } = options
  let failures = 0
  for (;;) {
    signal?.throwIfAborted()
    const before = await sizeOf(partial)
    try {
      await fetchRest(options, partial)
      return
    } catch (cause) {
      signal?.throwIfAborted()
      if (!(cause instanceof RetryableError)) throw cause
      failures = (await sizeOf(partial)) > before ? 1 : failures + 1
      if (failures >= attempts) throw unreachable(options.url, cause)
      const wait = firstDelayMilliseconds * 2 ** (failures - 1)
      await sleep(wait * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal })
    }
  }
}

/** One request for what is missing. Throws RetryableError where another try may help. */
async function fetchRest(options: DownloadOptions, partial: string): Promise<void> {
  const { url, signal, stallMilliseconds = 60_000, fetch = globalThis.fetch } = options
  const have = await sizeOf(partial)
  const validator = await readValidator(partial)
  const resumed = have > 0 && validator !== null
  const stall = new AbortController()
  let timer = setTimeout(() => stall.abort(), stallMilliseconds)
  const alive = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => stall.abort(), stallMilliseconds)
  }
  try {
    const response = await fetch(url, {
      // If-Range: a file that has changed since is sent whole.
      headers: resumed ? { range: `bytes=${have}-`, 'if-range': validator } : {},
      signal: signal === undefined ? stall.signal : AbortSignal.any([signal, stall.signal]),
    })
    const appends = checkStatus(response, url, resumed, have)
    if (!appends) await rememberValidator(partial, response)
    await append(response, partial, appends ? have : 0, options, alive)
  } catch (cause) {
    if (cause instanceof GraftError || cause instanceof RetryableError || signal?.aborted === true || isFileError(cause)) throw cause
    throw new RetryableError(stall.signal.aborted ? `no byte for ${stallMilliseconds / 1000} s` : reasonOf(cause), { cause })
  } finally {
    clearTimeout(timer)
  }
}

/** True when the answer continues the partial file, false when it is the whole file. */
function checkStatus(response: Response, url: string, resumed: boolean, have: number): boolean {
  if (response.status === 200) return false
  if (response.status === 206 && resumed && response.headers.get('content-range')?.startsWith(`bytes ${have}-`) === true) return true
  void response.body?.cancel()
  if (response.status === 416 && resumed && response.headers.get('content-range') === `bytes */${have}`) return true
  if (response.status === 429 || response.status === 408 || response.status >= 500 || response.status === 206 || response.status === 416) {
    throw new RetryableError(`the server answers ${response.status}`)
  }
  throw unreachable(url, new Error(`the server answers ${response.status}`))
}

async function append(response: Response, partial: string, start: number, options: DownloadOptions, alive: () => void): Promise<void> {
  if (response.status === 416 || response.body === null) return
  const length = response.headers.get('content-length')
  const total = length === null ? (options.bytes ?? null) : start + Number(length)
  const file: FileHandle = await open(partial, start === 0 ? 'w' : 'a')
  let bytes = start
  try {
    options.onProgress?.(bytes, total)
    for await (const chunk of response.body) {
      alive()
      await file.write(chunk)
      bytes += chunk.byteLength
      options.onProgress?.(bytes, total)
    }
  } finally {
    await file.close()
  }
  if (length !== null && bytes < start + Number(length)) throw new RetryableError(`the connection broke off after ${bytes} bytes`)
}

async function rememberValidator(partial: string, response: Response): Promise<void> {
  const tag = response.headers.get('etag')
  const validator = tag !== null && !tag.startsWith('W/') ? tag : response.headers.get('last-modified')
  if (validator === null) await rm(`${partial}.json`, { force: true })
  else await writeFile(`${partial}.json`, JSON.stringify({ validator }))
}

async function readValidator(partial: string): Promise<string | null> {
  try {
    const { validator } = JSON.parse(await readFile(`${partial}.json`, 'utf8')) as { validator?: unknown }
    return typeof validator === 'string' ? validator : null
  } catch {
    return null
  }
}

type Hashes = Awaited<ReturnType<typeof hashFile>>

/** Null where there is no such file. */
async function existingHashes(path: string, signal: AbortSignal | undefined): Promise<Hashes | null> {
  return (await stat(path).catch(() => null)) === null ? null : hashFile(path, signal)
}

function fits(hashes: Hashes, options: DownloadOptions): boolean {
  return options.hash === null ? hashes.bytes > 0 : hashes[options.hash.algorithm] === options.hash.value
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}

/** Disk full, no permission: retrying does not help. Connection errors carry no path and no `syscall` of a file. */
function isFileError(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EPERM'].includes(String(cause.code))
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // Node's fetch says "fetch failed" and keeps the reason in the cause.
  return cause.cause instanceof Error ? cause.cause.message : cause.message
}

function unreachable(url: string, cause: Error): GraftError {
  return new GraftError('unavailable', `${url} cannot be downloaded: ${cause.message}.`, { hint: 'Check the connection and try again; what has come so far is kept.', cause })
}
