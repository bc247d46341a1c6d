import { open, rm, stat, utimes } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const renewMilliseconds = 2_000
/** A lock that was not renewed for so long belongs to a process that died. */
const staleMilliseconds = 15_000
const pollMilliseconds = 100

/** Runs `work` while holding a lock file, so that one process at a time does; the others wait. A dead holder's lock is taken over. */
export async function withFileLock<Result>(path: string, signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
  while (!(await acquire(path))) {
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
    await rm(path, { force: true })
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.close()
    return true
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
  }
  const information = await stat(path).catch(() => null)
  if (information !== null && Date.now() - information.mtimeMs > staleMilliseconds) await rm(path, { force: true })
  return false
}
