import { isGraftError } from '@graft/contracts/errors'
import type { CheckpointStore } from '@graft/contracts/checkpoint-store'
import type { BlobStore } from '@graft/storage/blob-store'

/**
 * A trial's checkpoints as contents of the server's storage, whose hashes the job names. `known`: what the attempt was given, newest
 * first; `tell` notes a new one in the job, and is refused once the attempt is stale. A content that is gone or damaged is passed over.
 */
export function createBlobCheckpoints(blobs: BlobStore, known: readonly string[], tell: (sha256: string) => Promise<void>): CheckpointStore {
  return {
    async *read(signal) {
      for (const sha256 of known) {
        try {
          yield await blobs.read(sha256, signal)
        } catch (error) {
          if (!isGraftError(error) || (error.code !== 'not_found' && error.code !== 'corrupt')) throw error
        }
      }
    },
    async write(checkpoint, signal) {
      const { sha256 } = await blobs.write(checkpoint, signal ? { signal } : {})
      await tell(sha256)
    },
  }
}
