import { createHash } from 'node:crypto'
import { existsSync, readlinkSync } from 'node:fs'
import { mkdtemp, open, readdir, readFile, rm, utimes, writeFile, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { exitCode, startFixture } from './testing/run-fixture.ts'
import { blobPath, createLocalBlobStore } from './local-blob-store.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-blobs-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const content = Buffer.from('What lies under this name is always the same.')
const filesUnder = async (path: string): Promise<string[]> => (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name)

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield content
  throw new Error('the connection broke')
}

test('what is written is read back by its hash, whole and as a stream', async () => {
  const store = createLocalBlobStore(folder)
  const written = await store.write(chunks(content.subarray(0, 5), content.subarray(5)))
  expect(written).toEqual({ sha256: hashOf(content), bytes: content.length, existed: false })
  expect(await store.read(written.sha256)).toEqual(content)
  expect(await buffer(await store.stream(written.sha256))).toEqual(content)
  expect(await readFile(await store.path(written.sha256))).toEqual(content)
  expect(await store.size(written.sha256)).toBe(content.length)
  expect(await store.write(content)).toEqual({ ...written, existed: true })
  expect(await store.write(chunks(content))).toEqual({ ...written, existed: true })
  expect(await filesUnder(folder)).toEqual([written.sha256])
})

test('an empty content is a content', async () => {
  const store = createLocalBlobStore(folder)
  const { sha256 } = await store.write(new Uint8Array())
  expect((await store.read(sha256)).length).toBe(0)
})

test('what is not held is not found, and only a hash is a name', async () => {
  const store = createLocalBlobStore(folder)
  const absent = 'a'.repeat(64)
  expect(await store.has(absent)).toBe(false)
  expect(await store.size(absent)).toBeNull()
  await expect(store.read(absent)).rejects.toMatchObject({ code: 'not_found' })
  await expect(store.stream(absent)).rejects.toMatchObject({ code: 'not_found' })
  for (const name of ['../../etc/passwd', 'A'.repeat(64), '', `${'a'.repeat(63)}/`]) {
    await expect(store.read(name)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(store.has(name)).rejects.toMatchObject({ code: 'invalid_input' })
  }
})

test.each([
  ['a wrong hash', 'mismatch', { expectedSha256: 'b'.repeat(64) }],
  ['too many bytes', 'too_large', { maxBytes: content.length - 1 }],
])('%s is refused and leaves nothing behind', async (_name, code, options) => {
  const store = createLocalBlobStore(folder)
  await expect(store.write(content, options)).rejects.toMatchObject({ code })
  await expect(store.write(chunks(content), options)).rejects.toMatchObject({ code })
  expect(await filesUnder(folder)).toEqual([])
})

test('a content of exactly the limit is taken', async () => {
  expect((await createLocalBlobStore(folder).write(chunks(content), { maxBytes: content.length })).bytes).toBe(content.length)
})

test('a source that fails leaves nothing behind', async () => {
  await expect(createLocalBlobStore(folder).write(failing())).rejects.toThrow('the connection broke')
  expect(await filesUnder(folder)).toEqual([])
})

test('an abort ends the wait for a source that hangs and leaves nothing behind', async () => {
  const stop = new AbortController()
  async function* hanging(): AsyncGenerator<Uint8Array> {
    yield content
    queueMicrotask(() => stop.abort())
    await new Promise(() => undefined)
  }
  await expect(createLocalBlobStore(folder).write(hanging(), { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' })
  expect(await filesUnder(folder)).toEqual([])
})

test('a flipped bit is found, set aside, and mended by the next write', async () => {
  const store = createLocalBlobStore(folder)
  const { sha256 } = await store.write(content)
  const flip = async (): Promise<void> => {
    const damaged = Buffer.from(content)
    damaged[3] = (damaged[3] as number) ^ 1
    await writeFile(blobPath(folder, sha256), damaged)
  }
  await flip()
  await expect(store.read(sha256)).rejects.toMatchObject({ code: 'corrupt' })
  expect(await store.has(sha256)).toBe(false)
  expect((await store.write(content)).existed).toBe(false)
  await flip()
  await expect(store.stream(sha256).then(buffer)).rejects.toMatchObject({ code: 'corrupt' })
  await store.write(content)
  expect(await store.read(sha256)).toEqual(content)
})

test('a truncated content is written anew', async () => {
  const store = createLocalBlobStore(folder)
  const { sha256 } = await store.write(content)
  await writeFile(blobPath(folder, sha256), content.subarray(0, 10))
  expect((await store.write(content)).existed).toBe(false)
  expect(await store.read(sha256)).toEqual(content)
})

test('two processes write the same contents at once, and each is whole', async () => {
  const writers = await Promise.all([1, 2].map(() => startFixture('write-blob.ts', [folder, 'repeat', 'same'])))
  expect(await Promise.all(writers.map(exitCode))).toEqual([0, 0])
  const names = await filesUnder(folder)
  expect(names).toHaveLength(20)
  const store = createLocalBlobStore(folder)
  for (const name of names) expect((await store.read(name)).length).toBeGreaterThan(0)
})

test('a process killed while it writes leaves no content, and its remains are swept a day later', async () => {
  const writer = await startFixture('write-blob.ts', [folder, 'hang', ''])
  writer.kill('SIGKILL')
  await exitCode(writer)
  const remains = await readdir(join(folder, 'temporary'))
  expect(remains).toHaveLength(1)
  expect(await filesUnder(folder)).toEqual(remains)
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000)
  await utimes(join(folder, 'temporary', remains[0] as string), yesterday, yesterday)
  const { sha256 } = await createLocalBlobStore(folder).write(content)
  expect(await filesUnder(folder)).toEqual([sha256])
  expect(dirname(blobPath(folder, sha256))).toContain(sha256.slice(2, 4))
})

test('a removed content is gone, removing it twice is fine, and only names of contents are taken', async () => {
  const store = createLocalBlobStore(folder)
  const { sha256 } = await store.write(Buffer.from('to be removed'))
  await store.delete(sha256)
  expect(await store.has(sha256)).toBe(false)
  await store.delete(sha256)
  await expect(store.delete('../secret')).rejects.toMatchObject({ code: 'invalid_input' })
})

test.skipIf(process.platform !== 'linux')('a content is lasting: its file is flushed before it gets its name, and then every folder that is new or names one', async () => {
  const handle = await open(folder)
  const prototype = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const name = createHash('sha256').update('lasting').digest('hex')
  const store = join(folder, 'lasting')
  const flushed: string[] = []
  const sync = prototype.sync
  vi.spyOn(prototype, 'sync').mockImplementation(function (this: FileHandle) {
    const path = readlinkSync(`/proc/self/fd/${this.fd}`)
    flushed.push(`${path.includes('/temporary/') ? 'file' : path.slice(folder.length)}${existsSync(blobPath(store, name)) ? ', named' : ''}`)
    return sync.call(this)
  })
  await createLocalBlobStore(store).write(Buffer.from('lasting'))
  const [first, second] = [name.slice(0, 2), name.slice(2, 4)]
  expect(flushed).toEqual(['file', `/lasting/${first}/${second}, named`, `/lasting/${first}, named`, '/lasting, named'])
  flushed.length = 0
  await createLocalBlobStore(join(folder, 'cache'), { lasting: false }).write(Buffer.from('lasting'))
  expect(flushed).toEqual([])
  vi.restoreAllMocks()
})

test('many at once: what is missing, and all of them written; a wrong hash fails', async () => {
  const store = createLocalBlobStore(folder)
  const contents = Array.from({ length: 40 }, (_, index) => ({ sha256: createHash('sha256').update(`${index}`).digest('hex'), bytes: Buffer.from(`${index}`) }))
  const names = contents.map(({ sha256 }) => sha256)
  await store.writeMany(contents.slice(0, 35))
  expect(await store.missing(names)).toEqual(new Set(names.slice(35)))
  await store.writeMany(contents)
  expect(await store.missing(names)).toEqual(new Set())
  await expect(store.writeMany([{ sha256: names[0]!, bytes: Buffer.from('other') }])).rejects.toMatchObject({ code: 'mismatch' })
  await expect(store.missing(['../x'])).rejects.toMatchObject({ code: 'invalid_input' })
})
