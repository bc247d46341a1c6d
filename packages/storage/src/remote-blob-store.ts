import { isGraftError } from '@graft/contracts/errors'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { aborted, assertSha256, blobCorrupt, blobNotFound, type BlobStore, type BlobWriteOptions, type BlobWritten, type NamedContent } from './blob-store.ts'
import { encodeBatch, largestBatchBytes, largestBatchContents } from './blob-batch.ts'
import type { CacheBound } from './cache-bound.ts'
import { createBlobClient, type RetryRule } from './http-blob-client.ts'
import { blobPath, createLocalBlobStore } from './local-blob-store.ts'

export interface RemoteBlobStoreOptions {
  /** Address of the server: `http://127.0.0.1:3000`. */
  server: string
  /** Worker token. */
  token: string
  /** Local copies of what was read or written; may be shared by processes. */
  cacheFolder: string
  /** Keeps the copies under a size. */
  bound: CacheBound
  retry?: RetryRule
}

/**
 * The server's storage as a worker sees it: GET, HEAD and PUT `/api/blobs/<sha256>` with a bearer token, POST for many at once,
 * behind a bounded local cache. Content that arrives is hashed before anyone sees it.
 */
export function createRemoteBlobStore(options: RemoteBlobStoreOptions): BlobStore {
  const cache = createLocalBlobStore(options.cacheFolder, { lasting: false })
  const { bound } = options
  const request = createBlobClient(options.server, options.token, options.retry ?? { attempts: 6, firstDelayMilliseconds: 250 })
  /** Downloads under way: two readers of one content share it. */
  const fetching = new Map<string, Promise<void>>()

  async function size(sha256: string, signal?: AbortSignal): Promise<number | null> {
    assertSha256(sha256)
    return request(sha256, { method: 'HEAD', ...(signal && { signal }) }, async (response) =>
      response.status === 404 ? null : Number(response.headers.get('content-length')),
    )
  }

  async function download(sha256: string, signal?: AbortSignal): Promise<void> {
    const bytes = await request(sha256, { method: 'GET', ...(signal && { signal }) }, async (response, passing) => {
      if (response.status === 404 || response.body === null) throw blobNotFound(sha256)
      // Not `signal`: the request ends the body when it fires.
      return (await cache.write(passing(response.body as unknown as AsyncIterable<Uint8Array>), { expectedSha256: sha256 })).bytes
    })
    await bound.added(bytes, blobPath(options.cacheFolder, sha256))
  }

  /** Makes sure that the cache holds it. */
  async function ensure(sha256: string, signal?: AbortSignal): Promise<void> {
    assertSha256(sha256)
    if (await cache.has(sha256)) return bound.used(blobPath(options.cacheFolder, sha256))
    // A download that another caller may stop is not shared with one who did not.
    if (signal !== undefined) return download(sha256, signal)
    let running = fetching.get(sha256)
    if (running === undefined) {
      running = download(sha256).finally(() => fetching.delete(sha256))
      fetching.set(sha256, running)
    }
    return running
  }

  async function read(sha256: string, signal?: AbortSignal): Promise<Buffer> {
    try {
      await withRoom(() => ensure(sha256, signal))
    } catch (error) {
      if (!isFull(error)) throw error
      return fetchContent(sha256, signal)
    }
    try {
      return await cache.read(sha256, signal)
    } catch (error) {
      // A damaged copy was set aside, or the cache dropped it in between: the server has the original.
      if (!isGraftError(error) || (error.code !== 'corrupt' && error.code !== 'not_found')) throw error
      await ensure(sha256, signal)
      return cache.read(sha256, signal)
    }
  }

  /** A content without a local copy: there is no room for one. */
  async function fetchContent(sha256: string, signal?: AbortSignal): Promise<Buffer> {
    const bytes = await request(sha256, { method: 'GET', ...(signal && { signal }) }, async (response) => {
      if (response.status === 404) throw blobNotFound(sha256)
      return Buffer.from(await response.arrayBuffer())
    })
    if (hashOf(bytes) !== sha256) throw blobCorrupt(sha256)
    return bytes
  }

  /** On a full disk the cache gives way first. */
  async function withRoom<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (!isFull(error) || (await bound.makeRoom()) === 0) throw error
      return work()
    }
  }

  async function stream(sha256: string): Promise<Readable> {
    await ensure(sha256)
    return cache.stream(sha256)
  }

  async function path(sha256: string, signal?: AbortSignal): Promise<string> {
    await withRoom(() => ensure(sha256, signal))
    return cache.path(sha256)
  }

  /** Into the cache first, so that the hash is known and a broken upload can be sent again; then to the server, unless it has it. */
  async function write(data: Uint8Array | AsyncIterable<Uint8Array>, writeOptions: BlobWriteOptions = {}): Promise<BlobWritten> {
    const { signal } = writeOptions
    const local = data instanceof Uint8Array ? await writeBytes(data, writeOptions) : await cache.write(data, writeOptions)
    const existed = (await size(local.sha256, signal)) !== null
    if (!existed) await upload(local.sha256, local.bytes, signal, data instanceof Uint8Array ? data : undefined)
    if (local.existed) await bound.used(blobPath(options.cacheFolder, local.sha256))
    else await bound.added(local.bytes, blobPath(options.cacheFolder, local.sha256))
    return { ...local, existed }
  }

  /** What is in memory needs no copy here where there is no room for one: a checkpoint must not be lost to a full cache. */
  async function writeBytes(data: Uint8Array, writeOptions: BlobWriteOptions): Promise<BlobWritten> {
    try {
      return await withRoom(() => cache.write(data, writeOptions))
    } catch (error) {
      if (!isFull(error)) throw error
      return { sha256: hashOf(data), bytes: data.byteLength, existed: false }
    }
  }

  async function upload(sha256: string, bytes: number, signal?: AbortSignal, data?: Uint8Array): Promise<void> {
    const file = data === undefined ? await cache.path(sha256) : null
    await request(sha256, { method: 'PUT', body: () => (file === null ? data! : createReadStream(file)), headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes) }, ...(signal && { signal }) }, async (response) => {
      await response.body?.cancel()
      if (signal?.aborted) throw aborted(signal)
      if (response.status === 404) throw blobNotFound(sha256)
    })
  }

  async function missing(sha256s: readonly string[], signal?: AbortSignal): Promise<Set<string>> {
    for (const sha256 of sha256s) assertSha256(sha256)
    const absent = new Set<string>()
    for (let start = 0; start < sha256s.length; start += largestBatchContents) {
      const body = Buffer.from(JSON.stringify({ sha256s: sha256s.slice(start, start + largestBatchContents) }))
      const answer = await request('missing', { method: 'POST', body: () => body, headers: { 'content-type': 'application/json' }, ...(signal && { signal }) }, async (response) => (await response.json()) as { missing: string[] })
      for (const sha256 of answer.missing) absent.add(sha256)
    }
    return absent
  }

  /** A local copy of each, for the job that reads them next; those too large for a batch go by themselves. */
  async function writeMany(contents: readonly NamedContent[], signal?: AbortSignal): Promise<void> {
    await cache.writeMany(contents, signal)
    for (const batch of batchesOf(contents)) {
      const [first] = batch
      if (batch.length === 1 && first !== undefined) {
        await upload(first.sha256, first.bytes.byteLength, signal)
        continue
      }
      const body = encodeBatch(batch)
      await request('batch', { method: 'POST', body: () => body, headers: { 'content-type': 'application/octet-stream', 'content-length': String(body.byteLength) }, ...(signal && { signal }) }, async (response) => void (await response.body?.cancel()))
    }
    for (const { sha256, bytes } of contents) await bound.added(bytes.byteLength, blobPath(options.cacheFolder, sha256))
  }

  return { has: async (sha256) => (await size(sha256)) !== null, size, read, stream, path, write, missing, writeMany }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const isFull = (error: unknown): boolean => isGraftError(error) && error.code === 'disk_full'

/** Contents in their order, as many together as one request takes; one that is larger by itself comes alone. */
function batchesOf(contents: readonly NamedContent[]): NamedContent[][] {
  const batches: NamedContent[][] = []
  let bytes = 0
  for (const content of contents) {
    const batch = batches.at(-1)
    bytes += content.bytes.byteLength
    if (batch !== undefined && bytes <= largestBatchBytes && batch.length < largestBatchContents) {
      batch.push(content)
      continue
    }
    batches.push([content])
    bytes = content.bytes.byteLength
  }
  return batches
}
