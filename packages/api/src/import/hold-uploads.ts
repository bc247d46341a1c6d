import { GraftError } from '@graft/contracts/errors'
import type { Transaction } from '@graft/db/client'
import type { BlobStore } from '@graft/storage/blob-store'

/**
 * The lock between those who take uploads on and `clearImports`, which removes them: whoever records an upload holds it
 * together with the others, the clearing holds it alone.
 */
export async function holdUploads(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtext('graft uploads'))`
}

/** The clearing's side of the lock. @returns false while anybody records an upload. */
export async function holdUploadsAlone(tx: Transaction): Promise<boolean> {
  const [lock] = await tx.$queryRaw<{ held: boolean }[]>`SELECT pg_try_advisory_xact_lock(hashtext('graft uploads')) AS held`
  return lock!.held
}

/**
 * Under `holdUploads`: the contents are still there. One may not be, when the same content of an ended import was cleared between
 * this upload's last byte and the lock.
 *
 * @throws GraftError `unavailable`: sending it again helps, and clients do.
 */
export async function requireUploads(blobs: BlobStore, sha256s: readonly string[]): Promise<void> {
  if ((await blobs.missing(sha256s)).size === 0) return
  throw new GraftError('unavailable', 'The same content was removed at this moment, with an import that had ended.', { hint: 'Send it again.' })
}
