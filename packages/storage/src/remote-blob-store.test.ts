import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { decodeBatch, largestBatchBytes } from './blob-batch.ts'
import type { BlobStore } from './blob-store.ts'
import { blobPath, createLocalBlobStore } from './local-blob-store.ts'
import { createCacheBound, fannedOut } from './cache-bound.ts'
import { createRemoteBlobStore } from './remote-blob-store.ts'

/** A server with the blob routes, over a real local store, that can be told to misbehave. */
let folder: string
let server: Server
let address: string
let held: BlobStore
let requests: string[]
/** Called before a request is answered; true when it answered. */
let misbehave: (request: IncomingMessage, response: ServerResponse, count: number) => boolean

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-remote-'))
  held = createLocalBlobStore(join(folder, 'server'))
  requests = []
  misbehave = () => false
  server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const sha256 = (request.url ?? '').replace('/api/blobs/', '')
  requests.push(`${request.method} ${sha256.slice(0, 6)}`)
  if (misbehave(request, response, requests.length)) return
  if (request.headers.authorization !== 'Bearer secret') {
    response.writeHead(401).end(JSON.stringify({ message: 'No such token.', hint: 'Make one.' }))
  } else if (request.method === 'POST') {
    const body = await buffer(request)
    if (sha256 === 'batch') {
      await held.writeMany(decodeBatch(body))
      response.writeHead(201).end('{}')
    } else {
      const { sha256s } = JSON.parse(body.toString()) as { sha256s: string[] }
      response.writeHead(200).end(JSON.stringify({ missing: [...(await held.missing(sha256s))] }))
    }
  } else if (request.method === 'PUT') {
    await held.write(request, { expectedSha256: sha256 })
    response.writeHead(201).end()
  } else if (!(await held.has(sha256))) {
    response.writeHead(404).end()
  } else {
    response.writeHead(200, { 'content-length': String(await held.size(sha256)) })
    response.end(request.method === 'GET' ? await held.read(sha256) : undefined)
  }
}

const remote = (more: { token?: string; maxCacheBytes?: number } = {}): BlobStore =>
  createRemoteBlobStore({ server: address, token: 'secret', cacheFolder: join(folder, 'cache'), bound: createCacheBound(more.maxCacheBytes ?? 1e9, [fannedOut(join(folder, 'cache'))]), retry: { attempts: 4, firstDelayMilliseconds: 1 }, ...more })
const cached = async (): Promise<string[]> => (await readdir(join(folder, 'cache'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name)
const content = randomBytes(70_000)
const name = createHash('sha256').update(content).digest('hex')

test('reads once from the server, then from the cache', async () => {
  await held.write(content)
  const store = remote()
  expect(await store.size(name)).toBe(content.length)
  expect(await store.has('0'.repeat(64))).toBe(false)
  await expect(store.read('0'.repeat(64))).rejects.toMatchObject({ code: 'not_found' })
  requests = []
  expect((await Promise.all([store.read(name), store.read(name)])).map((bytes) => bytes.equals(content))).toEqual([true, true])
  expect(await store.path(name)).toBe(blobPath(join(folder, 'cache'), name))
  expect(await remote().read(name)).toEqual(content)
  expect(requests).toEqual([`GET ${name.slice(0, 6)}`])
})

test('uploads what the server lacks, and only that', async () => {
  const store = remote()
  const parts = (async function* () {
    yield content.subarray(0, 1000)
    yield content.subarray(1000)
  })()
  expect(await store.write(parts)).toEqual({ sha256: name, bytes: content.length, existed: false })
  expect(await held.read(name)).toEqual(content)
  requests = []
  expect(await store.write(content)).toEqual({ sha256: name, bytes: content.length, existed: true })
  expect(requests).toEqual([`HEAD ${name.slice(0, 6)}`])
})

const named = (bytes: Buffer) => ({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes })

test('many contents: one question, one request, and copies for the next reader', async () => {
  const contents = Array.from({ length: 300 }, () => named(randomBytes(100)))
  const store = remote()
  expect(await store.missing(contents.map(({ sha256 }) => sha256))).toEqual(new Set(contents.map(({ sha256 }) => sha256)))
  await store.writeMany(contents)
  expect(requests).toEqual(['POST missin', 'POST batch'])
  expect(await store.missing(contents.map(({ sha256 }) => sha256))).toEqual(new Set())
  for (const { sha256, bytes } of contents) expect(await held.read(sha256)).toEqual(bytes)
  requests = []
  expect(await store.read(contents[7]!.sha256)).toEqual(contents[7]!.bytes)
  expect(requests).toEqual([])
  await expect(store.writeMany([{ sha256: name, bytes: randomBytes(9) }])).rejects.toMatchObject({ code: 'mismatch' })
})

test('a batch takes no more than a server takes at once: larger contents go by themselves, and a broken batch is sent again', async () => {
  const contents = [100, largestBatchBytes + 1, 100, largestBatchBytes - 100, 1].map((length) => named(randomBytes(length)))
  misbehave = (_request, response, count) => {
    if (count === 3) response.destroy()
    return count === 3
  }
  await remote().writeMany(contents)
  expect(requests.map((line) => line.slice(0, 10))).toEqual([expect.stringMatching(/^PUT/), expect.stringMatching(/^PUT/), 'POST batch', 'POST batch', expect.stringMatching(/^PUT/)])
  expect(await held.missing(contents.map(({ sha256 }) => sha256))).toEqual(new Set())
})

test('a signal that lives through many requests keeps none of their listeners', async () => {
  const stop = new AbortController()
  const added = vi.spyOn(stop.signal, 'addEventListener')
  const removed = vi.spyOn(stop.signal, 'removeEventListener')
  const store = remote()
  for (let index = 0; index < 5; index++) await store.write(randomBytes(50), { signal: stop.signal })
  expect(added.mock.calls.length).toBeGreaterThan(0)
  expect(removed.mock.calls.map((call) => call[1])).toEqual(expect.arrayContaining(added.mock.calls.map((call) => call[1])))
  stop.abort()
  await expect(store.read('0'.repeat(64), stop.signal)).rejects.toMatchObject({ code: 'aborted' })
})

test('a server that is away for a moment is asked again, also when it breaks off in the middle', async () => {
  await held.write(content)
  misbehave = (_request, response, count) => {
    if (count === 1) response.writeHead(503).end()
    else if (count === 2) response.destroy()
    else if (count === 3) {
      response.writeHead(200, { 'content-length': String(content.length) })
      response.write(content.subarray(0, 1000), () => response.destroy())
    }
    return count <= 3
  }
  expect(await remote().read(name)).toEqual(content)
  expect(requests).toHaveLength(4)
  const other = randomBytes(100_000)
  misbehave = (request, response) => {
    if (request.method !== 'PUT' || requests.filter((line) => line.startsWith('PUT')).length > 1) return false
    response.destroy()
    return true
  }
  expect(await held.has((await remote().write(other)).sha256)).toBe(true)
})

test('a server that stays away is named in the error', async () => {
  misbehave = (_request, response) => {
    response.writeHead(503).end()
    return true
  }
  await expect(remote().read(name)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(address) })
  expect(requests).toHaveLength(4)
})

test('a refused token is not tried again', async () => {
  await expect(remote({ token: 'wrong' }).read(name)).rejects.toMatchObject({ code: 'unauthorized', message: 'No such token.', hint: 'Make one.' })
  expect(requests).toHaveLength(1)
})

test('content that is not what its name says is refused and not cached', async () => {
  misbehave = (_request, response) => {
    response.end('something else')
    return true
  }
  await expect(remote().read(name)).rejects.toMatchObject({ code: 'mismatch' })
  expect(await cached()).toEqual([])
})

test('a damaged copy is fetched again', async () => {
  await held.write(content)
  await remote().read(name)
  await writeFile(blobPath(join(folder, 'cache'), name), 'damaged')
  expect(await remote().read(name)).toEqual(content)
})

test('an abort ends a download that hangs and leaves nothing', async () => {
  const stop = new AbortController()
  misbehave = (_request, response) => {
    response.writeHead(200, { 'content-length': '1000' })
    response.write('begun')
    setTimeout(() => stop.abort(), 20)
    return true
  }
  await expect(remote().read(name, stop.signal)).rejects.toMatchObject({ code: 'aborted' })
  expect(await cached()).toEqual([])
})

test('the cache stays under its limit, and what was used last stays', async () => {
  const store = remote({ maxCacheBytes: 1000 })
  const names: string[] = []
  for (let index = 0; index < 5; index += 1) {
    const bytes = randomBytes(200)
    names.push((await held.write(bytes)).sha256)
    await store.read(names[index] as string)
    const time = new Date(Date.now() - (100 - index) * 1000)
    await utimes(blobPath(join(folder, 'cache'), names[index] as string), time, time)
  }
  await store.read(names[0] as string)
  const { sha256 } = await store.write(randomBytes(200))
  const left = await cached()
  expect(left).toContain(names[0])
  expect(left).toContain(sha256)
  expect(left).not.toContain(names[1])
  expect(left.length * 200).toBeLessThanOrEqual(1000)
})
