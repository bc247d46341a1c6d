import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const renewMilliseconds = 2_000
/** A lock that was not renewed for so long belongs to a process that died. */
const staleMilliseconds = 15_000
const pollMilliseconds = 100

/** Runs `work` while holding a lock file, so that one process at a time does; the others wait. A dead holder's lock is taken over. */
export async function withFileLock<Result>(path: string, signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
  const owner = randomUUID()
  while (!(await acquire(path, owner))) {
    signal?.throwIfAborted()
    await sleep(pollMilliseconds, undefined, signal === undefined ? {} : { signal })
  }
  const renewal = setInterval(() => {
    const now = new Date()
    void utimes(path, now, now).catch(() => undefined)
  }, renewMilliseconds)
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    // Not where another process took it over meanwhile (this one was suspended).
    if ((await readFile(path, 'utf8').catch(() => null)) === owner) await rm(path, { force: true })
  }
}

async function acquire(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx' })
    return true
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
  }
  if (await isStale(path)) await moveAway(path, `${path}.${owner}`)
  return false
}

async function isStale(path: string): Promise<boolean> {
  const information = await stat(path).catch(() => null)
  return information !== null && Date.now() - information.mtimeMs > staleMilliseconds
}

/** Two processes may find the same stale lock: the second one then moves the first one's fresh lock, and puts it back. */
async function moveAway(path: string, aside: string): Promise<void> {
  await rename(path, aside).catch(() => undefined)
  if (!(await isStale(aside))) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}
