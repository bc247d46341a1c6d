import { lstat, open, opendir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { GraftError } from '@graft/contracts/errors'
import { type ImageSource, maximumFileBytes, type SourceEntry } from './image-source.ts'

/** Deeper than this a folder is no dataset but a mistake. */
const maximumDepth = 16

/**
 * Opens a folder for import. Links inside it, to files or folders, are not followed: an import takes nothing from outside.
 *
 * @throws GraftError `not_found` when nothing is there, `invalid_input` when it is no folder.
 */
export async function openFolder(path: string): Promise<ImageSource> {
  const root = resolve(path)
  const status = await lstat(root).catch(() => null)
  if (status === null) {
    throw new GraftError('not_found', `There is no folder at "${path}".`, { hint: 'Check the path; it is taken relative to where you are.' })
  }
  // The folder itself may be a link: whoever imports it named it.
  const directory = await opendir(root).catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOTDIR') throw new GraftError('invalid_input', `"${path}" is a file, not a folder.`, { hint: 'Give a folder with one subfolder a class, or a zip of one.' })
    throw new GraftError('invalid_input', `The folder "${path}" cannot be read (${code}).`, { cause })
  })
  await directory.close()
  return { entries: (signal) => walk(root, '', 0, signal), read: (file, signal) => readInside(root, file, signal), close: async () => {} }
}

async function* walk(root: string, folder: string, depth: number, signal?: AbortSignal): AsyncGenerator<SourceEntry> {
  if (depth > maximumDepth) {
    throw new GraftError('invalid_input', `"${folder}" is nested more than ${maximumDepth} folders deep.`, { hint: 'Give the folder that holds the class folders.' })
  }
  let empty = folder !== ''
  for await (const item of await opendir(join(root, folder))) {
    signal?.throwIfAborted()
    empty = false
    const path = folder === '' ? item.name : `${folder}/${item.name}`
    if (item.isDirectory()) yield* walk(root, path, depth + 1, signal)
    else if (item.isFile()) yield { path, bytes: (await lstat(join(root, path))).size }
    else if (item.isSymbolicLink()) yield { path, bytes: 0, link: true }
  }
  if (empty) yield { path: `${folder}/`, bytes: 0, emptyFolder: true }
}

async function readInside(root: string, path: string, signal?: AbortSignal): Promise<Uint8Array> {
  signal?.throwIfAborted()
  const full = join(root, path)
  const status = await lstat(full).catch(() => null)
  if (status === null || !status.isFile()) throw new GraftError('corrupt', 'The file is gone or no longer a plain file.')
  if (status.size > maximumFileBytes) throw new GraftError('too_large', `The file has more than ${maximumFileBytes / 1024 ** 2} MiB.`)
  const file = await open(full, 'r').catch((cause: unknown) => {
    throw new GraftError('corrupt', `The file cannot be read (${(cause as NodeJS.ErrnoException).code}).`, { cause })
  })
  try {
    return await file.readFile(signal === undefined ? {} : { signal })
  } finally {
    await file.close()
  }
}
