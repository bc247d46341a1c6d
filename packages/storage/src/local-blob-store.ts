import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { GraftError } from '@graft/contracts/errors'
import { removeStaleTemporaryFiles, writeAtomically, writeFully } from './atomic-file.ts'
import { aborted, assertSha256, blobCorrupt, blobNotFound, type BlobWriteOptions, type BlobWritten, type NamedContent, type OwnedBlobStore } from './blob-store.ts'

/** Path of a content below a store's folder: two levels of 256, so that no folder gets too full. */
export function blobPath(folder: string, sha256: string): string {
  assertSha256(sha256)
  return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
}

/** Files written, or asked for, side by side: flushes that wait together cost the disk little more than one. */
const filesAtOnce = 16

/**
 * Contents in a folder, shared safely by any number of processes. A content appears under its name only when it is whole, flushed
 * and has that hash; damaged files found while reading are renamed to `<hash>.damaged`, so that the next write mends them.
 * With `lasting` false nothing is flushed: for a cache, whose contents are checked and can be fetched again.
 */
export function createLocalBlobStore(folder: string, { lasting = true }: { lasting?: boolean } = {}): OwnedBlobStore {
  const temporaryFolder = join(folder, 'temporary')
  let swept: Promise<void> | undefined

  async function size(sha256: string): Promise<number | null> {
    try {
      return (await stat(blobPath(folder, sha256))).size
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async function existingPath(sha256: string): Promise<string> {
    if ((await size(sha256)) === null) throw blobNotFound(sha256)
    return blobPath(folder, sha256)
  }

  async function read(sha256: string, signal?: AbortSignal): Promise<Buffer> {
    const path = blobPath(folder, sha256)
    let bytes: Buffer
    try {
      bytes = await readFile(path, { signal })
    } catch (error) {
      if (signal?.aborted) throw aborted(signal)
      throw isMissing(error) ? blobNotFound(sha256) : error
    }
    if (hashOf(bytes) !== sha256) {
      await setAside(path)
      throw blobCorrupt(sha256)
    }
    return bytes
  }

  async function stream(sha256: string): Promise<Readable> {
    const path = await existingPath(sha256)
    const source = createReadStream(path)
    const checked = createHashCheck(sha256, path)
    source.on('error', (error) => checked.destroy(error))
    checked.on('close', () => source.destroy())
    return source.pipe(checked)
  }

  async function write(data: Uint8Array | AsyncIterable<Uint8Array>, options: BlobWriteOptions = {}): Promise<BlobWritten> {
    swept ??= removeStaleTemporaryFiles(temporaryFolder)
    await swept
    return data instanceof Uint8Array ? writeBytes(data, options) : writeChunks(data, options)
  }

  async function writeBytes(data: Uint8Array, options: BlobWriteOptions): Promise<BlobWritten> {
    checkSize(data.byteLength, options)
    const sha256 = hashOf(data)
    checkHash(sha256, options)
    if ((await size(sha256)) === data.byteLength) return { sha256, bytes: data.byteLength, existed: true }
    return writeChunks([data], options)
  }

  async function writeChunks(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, options: BlobWriteOptions): Promise<BlobWritten> {
    const result: BlobWritten = { sha256: '', bytes: 0, existed: false }
    const fill = async (file: FileHandle): Promise<string | null> => {
      const hash = createHash('sha256')
      for await (const chunk of abortable(chunks, options.signal)) {
        result.bytes += chunk.byteLength
        checkSize(result.bytes, options)
        hash.update(chunk)
        await writeFully(file, chunk)
      }
      if (options.signal?.aborted) throw aborted(options.signal)
      result.sha256 = hash.digest('hex')
      checkHash(result.sha256, options)
      result.existed = (await size(result.sha256)) === result.bytes
      return result.existed ? null : blobPath(folder, result.sha256)
    }
    await writeAtomically(temporaryFolder, fill, { lasting })
    return result
  }

  async function missing(sha256s: readonly string[], signal?: AbortSignal): Promise<Set<string>> {
    const absent = new Set<string>()
    await inGroups(sha256s, async (sha256) => {
      if ((await size(sha256)) === null) absent.add(sha256)
    }, signal)
    return absent
  }

  const writeMany = (contents: readonly NamedContent[], signal?: AbortSignal): Promise<void> =>
    inGroups(contents, async ({ sha256, bytes }) => void (await write(bytes, { expectedSha256: sha256 })), signal)

  async function remove(sha256: string): Promise<void> {
    const path = blobPath(folder, sha256)
    await Promise.all([rm(path, { force: true }), rm(`${path}.damaged`, { force: true })])
  }

  return { has: async (sha256) => (await size(sha256)) !== null, size, read, stream, path: existingPath, write, missing, writeMany, delete: remove }
}

/** Some at a time; after a failure no further group is begun, and none goes on behind the caller's back. */
async function inGroups<Item>(items: readonly Item[], work: (item: Item) => Promise<void>, signal?: AbortSignal): Promise<void> {
  for (let start = 0; start < items.length; start += filesAtOnce) {
    if (signal?.aborted) throw aborted(signal)
    const results = await Promise.allSettled(items.slice(start, start + filesAtOnce).map(work))
    const failure = results.find((result) => result.status === 'rejected')
    if (failure !== undefined) throw failure.reason
  }
}

/** Passes bytes through and fails at the end, instead of ending, when they do not have the hash. */
function createHashCheck(sha256: string, path: string): Transform {
  const hash = createHash('sha256')
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      if (hash.digest('hex') === sha256) return done()
      void setAside(path).then(() => done(blobCorrupt(sha256)), done)
    },
  })
}

/** Ends the wait for the next chunk as soon as the signal fires, also when the source never answers again. */
async function* abortable(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (signal === undefined) {
    yield* chunks
    return
  }
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  let stop: (() => void) | undefined
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(aborted(signal))
    signal.addEventListener('abort', stop, { once: true })
  })
  stopped.catch(() => undefined)
  let ended = false
  try {
    if (signal.aborted) throw aborted(signal)
    for (;;) {
      const next = await Promise.race([Promise.resolve(iterator.next()), stopped])
      if (next.done === true) {
        ended = true
        return
      }
      yield next.value
    }
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop)
    // Not awaited: a source that hangs would hold up the abort.
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined)
  }
}

async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.damaged`).catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
}

function checkSize(bytes: number, options: BlobWriteOptions): void {
  if (options.maxBytes !== undefined && bytes > options.maxBytes) {
    throw new GraftError('too_large', `The content is larger than the ${options.maxBytes} bytes that are allowed here.`, { hint: 'Send a smaller file, or several.', details: { maxBytes: options.maxBytes } })
  }
}

function checkHash(sha256: string, options: BlobWriteOptions): void {
  if (options.expectedSha256 !== undefined && options.expectedSha256 !== sha256) {
    throw new GraftError('mismatch', `The content was to have the hash ${options.expectedSha256}, but has ${sha256}.`, { hint: 'It was changed or cut off on its way; send it again.', details: { expected: options.expectedSha256, found: sha256 } })
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'
