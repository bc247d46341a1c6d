import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { GraftError, isGraftError } from '@graft/contracts/errors'
import * as yauzl from 'yauzl'
import { type ImageSource, maximumFileBytes } from './image-source.ts'

export interface ZipLimits {
  /** Files and folders in the archive. */
  entries: number
  /** Bytes of all files together when unpacked. */
  totalBytes: number
  /** Unpacked over packed size of one file, looked at from 1 MiB on: photos hardly shrink, bombs do by hundreds. */
  ratio: number
}
export const zipLimits: ZipLimits = { entries: 100_000, totalBytes: 16 * 1024 ** 3, ratio: 200 }

const ratioFloor = 1024 ** 2
const fileKindMask = 0o170000
const symbolicLink = 0o120000

/**
 * Opens a zip file for import. The whole table of contents is checked before anything is read, and nothing is ever unpacked to
 * disk: files are streamed out of the archive one by one, so a refused archive leaves nothing behind.
 *
 * @throws GraftError `not_found`; `invalid_input` for a file that is no zip, is damaged or encrypted, or holds links, absolute
 * paths, `..`, backslashes, drive letters or one name twice; `too_large` for bombs and more than 100,000 entries.
 */
export async function openZip(path: string, limits: ZipLimits = zipLimits): Promise<ImageSource> {
  await requireZipFile(path)
  const zip = await yauzl
    .openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true })
    .catch((cause: unknown) => {
      throw refuse(`The file is no readable zip file (${messageOf(cause)}).`, 'Pack the folder again; the file may have been cut off while copying.', cause)
    })
  try {
    const files = await checkEntries(zip, limits)
    const emptyFolders = findEmptyFolders([...files.keys()])
    return {
      async *entries(signal) {
        for (const [name, entry] of files) {
          signal?.throwIfAborted()
          if (!name.endsWith('/')) yield { path: name, bytes: entry.uncompressedSize }
          else if (emptyFolders.has(name)) yield { path: name, bytes: 0, emptyFolder: true }
        }
      },
      read: (name, signal) => readEntry(zip, files, name, signal),
      close: async () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

async function requireZipFile(path: string): Promise<void> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new GraftError('not_found', `There is no readable file at "${path}".`, { hint: 'Check the path; it is taken relative to where you are.', cause })
  })
  try {
    const start = Buffer.alloc(4)
    await file.read(start, 0, 4, 0).catch(() => null)
    // A local file header, or the end record that is all of an empty archive.
    if (!['504b0304', '504b0506'].includes(start.toString('hex'))) {
      throw new GraftError('invalid_input', 'The file is no zip file.', { hint: 'Give a folder with one subfolder a class, or a zip of one.' })
    }
  } finally {
    await file.close()
  }
}

/** Reads the table of contents and refuses what no honest archive holds. */
async function checkEntries(zip: yauzl.ZipFile, limits: ZipLimits): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > limits.entries) throw tooManyEntries(limits)
  const files = new Map<string, yauzl.Entry>()
  let totalBytes = 0
  try {
    for await (const entry of zip.eachEntry()) {
      checkName(entry.fileName, files)
      if (files.size >= limits.entries) throw tooManyEntries(limits)
      checkKind(entry)
      checkSize(entry, limits)
      totalBytes += entry.uncompressedSize
      if (totalBytes > limits.totalBytes) {
        throw new GraftError('too_large', `The archive unpacks to more than ${limits.totalBytes / 1024 ** 3} GiB.`, { hint: 'Split it, or unpack it and import the folder.' })
      }
      files.set(entry.fileName, entry)
    }
  } catch (cause) {
    if (isGraftError(cause)) throw cause
    throw refuse(`The archive is refused: ${messageOf(cause)}.`, 'Pack the folder again with an ordinary zip program.', cause)
  }
  return files
}

/** Folder entries (they end in a slash) that no other entry lies in. */
function findEmptyFolders(names: readonly string[]): Set<string> {
  const filled = new Set(names.map((name) => name.slice(0, name.lastIndexOf('/', name.length - 2) + 1)))
  return new Set(names.filter((name) => name.endsWith('/') && !filled.has(name)))
}

function tooManyEntries(limits: ZipLimits): GraftError {
  return new GraftError('too_large', `The archive has more than ${limits.entries.toLocaleString('en')} entries.`, { hint: 'Unpack it and import the folder, or import it in parts.' })
}

/** yauzl has refused `..`, backslashes and absolute paths by now; this looks again, because paths decide what an import reads. */
function checkName(name: string, names: ReadonlyMap<string, unknown>): void {
  const parts = name.split('/')
  if (name === '' || name.startsWith('/') || name.includes('\\') || /^[a-z]:/i.test(name) || parts.includes('..') || parts.includes('.')) {
    throw refuse(`The archive holds the path "${name}", which leads out of a folder.`, 'Pack the folder again with relative paths.')
  }
  if (/\p{Cc}/u.test(name)) throw refuse(`The archive holds the path ${JSON.stringify(name)} with control characters.`, 'Rename the file and pack again.')
  if (name.length > 1024) throw refuse('The archive holds a path of more than 1024 characters.', 'Use shorter names.')
  if (names.has(name)) throw refuse(`The archive holds "${name}" twice.`, 'Pack the folder again; two entries of one name hide each other.')
}

function checkKind(entry: yauzl.Entry): void {
  const mode = entry.externalFileAttributes >>> 16
  const kind = mode & fileKindMask
  if (kind === symbolicLink) throw refuse(`"${entry.fileName}" in the archive is a link.`, 'Pack the files themselves (zip without -y).')
  if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) throw refuse(`"${entry.fileName}" in the archive is no plain file.`, 'Pack plain files and folders only.')
  if (entry.isEncrypted()) throw refuse('The archive is encrypted.', 'Pack it again without a password.')
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw refuse(`"${entry.fileName}" is packed with method ${entry.compressionMethod}.`, 'Use the ordinary method (deflate) or none.')
  }
}

function checkSize(entry: yauzl.Entry, limits: ZipLimits): void {
  const { fileName, compressedSize, uncompressedSize } = entry
  if (uncompressedSize > ratioFloor && uncompressedSize > limits.ratio * Math.max(1, compressedSize)) {
    const times = Math.round(uncompressedSize / Math.max(1, compressedSize))
    throw new GraftError('too_large', `"${fileName}" unpacks to ${times.toLocaleString('en')} times its packed size: this looks like a zip bomb.`, {
      hint: 'Leave this file out, or unpack the archive and import the folder.',
    })
  }
}

/** Unpacks one file into memory, never past the size that the table of contents gave. */
async function readEntry(zip: yauzl.ZipFile, files: ReadonlyMap<string, yauzl.Entry>, name: string, signal?: AbortSignal): Promise<Uint8Array> {
  signal?.throwIfAborted()
  const entry = files.get(name)
  if (entry === undefined) throw new GraftError('not_found', `The archive holds no "${name}".`)
  if (entry.uncompressedSize > maximumFileBytes) throw new GraftError('too_large', `The file has more than ${maximumFileBytes / 1024 ** 2} MiB.`)
  try {
    const stream = await zip.openReadStreamPromise(entry)
    const bytes = Buffer.alloc(entry.uncompressedSize)
    let length = 0
    // yauzl fails the stream at the first byte over the promised size, so the copy always fits.
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      length += chunk.copy(bytes, length)
    }
    if (length !== bytes.length || crc32(bytes) !== entry.crc32) throw new Error('its checksum is wrong')
    return bytes
  } catch (cause) {
    signal?.throwIfAborted()
    throw new GraftError('corrupt', `The archive's copy of this file is damaged (${messageOf(cause)}).`, { cause })
  }
}

function refuse(message: string, hint: string, cause?: unknown): GraftError {
  return new GraftError('invalid_input', message, { hint, ...(cause === undefined ? {} : { cause }) })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
