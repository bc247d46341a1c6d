import { GraftError } from '@graft/contracts/errors'
import type { BlobStore } from '@graft/storage/blob-store'

/**
 * Makes sure that a content was uploaded, whole.
 *
 * @throws GraftError `not_found`, or `mismatch` when it has another size than was said.
 */
export async function requireBlob(blobs: BlobStore, { sha256, bytes }: { sha256: string; bytes: number }, field: string): Promise<void> {
  const found = await blobs.size(sha256)
  if (found === null) throw new GraftError('not_found', `The content ${sha256.slice(0, 12)}… is not in the storage.`, { hint: 'Upload it first: POST /api/uploads/blob.', field })
  if (found !== bytes) throw new GraftError('mismatch', `The content ${sha256.slice(0, 12)}… has ${found} bytes, not ${bytes}.`, { field })
}
