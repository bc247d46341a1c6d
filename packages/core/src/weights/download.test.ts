import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { downloadFile, type DownloadOptions } from './download.ts'

const content = randomBytes(300_000)
const md5 = createHash('md5').update(content).digest('hex')
const sha256 = createHash('sha256').update(content).digest('hex')

type Answer = (request: IncomingMessage, response: ServerResponse) => void
let folder: string
let server: Server
let requests: { range: string | undefined }[]
/** One for each request; the last one stays. */
let answers: Answer[]

/** As a good server does: ranges with If-Range, an entity tag, a length. */
const whole: Answer = (request, response) => {
  const start = request.headers['if-range'] === '"v1"' ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
  response.writeHead(start > 0 ? 206 : 200, {
    etag: '"v1"',
    'content-length': content.length - start,
    ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  })
  response.end(content.subarray(start))
}
/** Breaks off after so many bytes of what was asked for. */
const brokenAfter = (bytes: number, headers: Record<string, string> = { etag: '"v1"' }): Answer => (request, response) => {
  const start = request.headers['if-range'] === '"v1"' ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
  response.writeHead(start > 0 ? 206 : 200, { ...headers, 'content-length': content.length - start, ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }) })
  response.write(content.subarray(start, start + bytes), () => setTimeout(() => response.destroy(), 20))
}
const status = (code: number): Answer => (_, response) => {
  response.writeHead(code).end('no')
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-download-'))
  requests = []
  answers = [whole]
  server = createServer((request, response) => {
    requests.push({ range: request.headers.range })
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? whole
    answer(request, response)
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => {
    server.close(done)
  })
  await rm(folder, { recursive: true, force: true })
})

function options(more: Partial<DownloadOptions> = {}): DownloadOptions {
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.h5`,
    target: join(folder, 'models', 'weights.h5'),
    hash: { algorithm: 'md5', value: md5 },
    attempts: 3,
    firstDelayMilliseconds: 1,
    ...more,
  }
}
const leftOver = async (): Promise<string[]> => (await readdir(join(folder, 'models'))).filter((name) => name !== 'weights.h5')

test('downloads, tells its progress and leaves the file only', async () => {
  const seen: [number, number | null][] = []
  const result = await downloadFile(options({ onProgress: (bytes, total) => seen.push([bytes, total]) }))
  expect(result).toMatchObject({ sha256, bytes: content.length })
  expect((await readFile(options().target)).equals(content)).toBe(true)
  expect(await leftOver()).toEqual([])
  expect(seen[0]).toEqual([0, content.length])
  expect(seen.at(-1)).toEqual([content.length, content.length])
})

test('a file that is there is not fetched again', async () => {
  await downloadFile(options())
  await downloadFile(options())
  expect(requests.length).toBe(1)
})

test('goes on where the connection broke off, several times', async () => {
  answers = [brokenAfter(50_000), brokenAfter(60_000), status(503), brokenAfter(70_000), whole]
  await downloadFile(options())
  expect((await readFile(options().target)).equals(content)).toBe(true)
  expect(requests.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-', 'bytes=110000-', 'bytes=110000-', 'bytes=180000-'])
})

test('a later call goes on with what an earlier one left', async () => {
  answers = [brokenAfter(50_000), status(503)]
  await expect(downloadFile(options())).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('503') as string })
  answers = [whole]
  await downloadFile(options())
  expect(requests.at(-1)?.range).toBe('bytes=50000-')
})

test('a file that changed at the server begins anew', async () => {
  // The partial file is of an older version: the server sends 200 with the whole.
  answers = [brokenAfter(50_000, { etag: '"v0"' }), whole]
  await downloadFile(options())
  expect((await readFile(options().target)).equals(content)).toBe(true)
})

test('without an entity tag it never mixes two versions', async () => {
  answers = [brokenAfter(50_000, {}), whole]
  await downloadFile(options())
  expect(requests.map(({ range }) => range)).toEqual([undefined, undefined])
})

test('a damaged partial file is thrown away and fetched anew', async () => {
  answers = [brokenAfter(50_000), status(503)]
  await downloadFile(options()).catch(() => undefined)
  await writeFile(`${options().target}.partial`, randomBytes(50_000))
  answers = [whole]
  await downloadFile(options())
  expect((await readFile(options().target)).equals(content)).toBe(true)
})

test('a server that lies about the hash is found out, and nothing is kept', async () => {
  answers = [whole]
  await expect(downloadFile(options({ hash: { algorithm: 'sha256', value: '0'.repeat(64) } }))).rejects.toMatchObject({ code: 'mismatch', message: expect.stringContaining(sha256) as string })
  expect(requests.length).toBe(2)
  expect(await leftOver()).toEqual([])
  expect(existsSync(options().target)).toBe(false)
})

test('errors that will not go away are not tried again', async () => {
  answers = [status(404)]
  await expect(downloadFile(options())).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('404') as string })
  expect(requests.length).toBe(1)
})

test('errors that may go away are tried so many times', async () => {
  answers = [status(503)]
  await expect(downloadFile(options())).rejects.toMatchObject({ code: 'unavailable' })
  expect(requests.length).toBe(3)
})

test('no connection at all', async () => {
  await expect(downloadFile(options({ url: 'http://127.0.0.1:1/weights.h5', attempts: 2 }))).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('connection') as string })
})

test('a connection that falls silent is given up and taken up again', async () => {
  answers = [
    (_, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': content.length })
      response.write(content.subarray(0, 1000))
    },
    whole,
  ]
  await downloadFile(options({ stallMilliseconds: 200 }))
  expect((await readFile(options().target)).equals(content)).toBe(true)
})

test('stops at once when told, and keeps what came', async () => {
  answers = [
    (_, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': content.length })
      response.write(content.subarray(0, 100_000))
    },
  ]
  const stop = new AbortController()
  const onProgress = (bytes: number): void => {
    if (bytes === 100_000) stop.abort()
  }
  await expect(downloadFile(options({ signal: stop.signal, onProgress }))).rejects.toThrow('aborted')
  expect((await stat(`${options().target}.partial`)).size).toBe(100_000)
  expect(existsSync(`${options().target}.lock`)).toBe(false)
})

test('several at once fetch it one time', async () => {
  const results = await Promise.all(Array.from({ length: 4 }, () => downloadFile(options())))
  expect(results.map((result) => result.sha256)).toEqual(Array.from({ length: 4 }, () => sha256))
  expect(requests.length).toBe(1)
})

test('the lock of a process that died is taken over', async () => {
  await downloadFile(options())
  const lock = `${options().target}.lock`
  await rm(options().target)
  await writeFile(lock, '')
  await utimes(lock, new Date(0), new Date(0))
  expect(await downloadFile(options())).toMatchObject({ sha256 })
})
