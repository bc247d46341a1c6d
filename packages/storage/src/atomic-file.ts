import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { diskFull, isDiskFull } from './disk-full.ts'

const staleAfterMilliseconds = 24 * 60 * 60 * 1000

/**
 * Writes a file so that it is there whole or not at all: into `temporaryFolder` (same file system), flushed to disk, then renamed,
 * and the folders that name it flushed: when this resolves, a power cut takes nothing away. `lasting` false leaves flushing to
 * the system, for caches that check what they read. `fill` writes the content and returns the final path, or null when the file
 * is not wanted after all. Whatever is thrown, the temporary file is gone. @throws GraftError `disk_full`.
 */
export async function writeAtomically(temporaryFolder: string, fill: (file: FileHandle) => Promise<string | null>, { lasting = true }: { lasting?: boolean } = {}): Promise<string | null> {
  try {
    return await writeWhole(temporaryFolder, fill, lasting)
  } catch (error) {
    throw isDiskFull(error) ? diskFull(dirname(temporaryFolder), error) : error
  }
}

async function writeWhole(temporaryFolder: string, fill: (file: FileHandle) => Promise<string | null>, lasting: boolean): Promise<string | null> {
  await mkdir(temporaryFolder, { recursive: true })
  const temporary = join(temporaryFolder, `${process.pid}-${randomUUID()}`)
  const file = await open(temporary, 'wx', 0o600)
  try {
    const destination = await fill(file)
    if (destination !== null) {
      if (lasting) await file.sync()
      await file.close()
      const firstMade = await mkdir(dirname(destination), { recursive: true })
      await rename(temporary, destination)
      if (lasting) await syncFolders(dirname(destination), firstMade)
    }
    return destination
  } finally {
    await file.close()
    await rm(temporary, { force: true })
  }
}

/** Flushes a folder, and of folders just made (`firstMade`: the uppermost) also those above, for each is named by its parent. */
async function syncFolders(folder: string, firstMade: string | undefined): Promise<void> {
  // Windows opens no folders; its file systems keep the order of renames by themselves.
  if (process.platform === 'win32') return
  const last = firstMade === undefined ? folder : dirname(firstMade)
  for (let current = folder; ; current = dirname(current)) {
    const handle = await open(current, 'r')
    await handle.sync().finally(() => handle.close())
    if (current === last || current === dirname(current)) return
  }
}

/** Writes all of `data`: a single `write` may take less. */
export async function writeFully(file: FileHandle, data: Uint8Array): Promise<void> {
  let written = 0
  while (written < data.byteLength) {
    const { bytesWritten } = await file.write(data, written, data.byteLength - written)
    written += bytesWritten
  }
}

/** Removes what a killed process left in the temporary folder: files untouched for a day, so that no running write is hit. */
export async function removeStaleTemporaryFiles(temporaryFolder: string, now = Date.now()): Promise<void> {
  for (const name of await namesIn(temporaryFolder)) {
    const path = join(temporaryFolder, name)
    const found = await stat(path).catch(() => null)
    if (found !== null && now - found.mtimeMs > staleAfterMilliseconds) await rm(path, { force: true })
  }
}

/** Names in a folder; none where it does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
