import type { ArtifactReference } from '@graft/contracts/job'
import type { ArtifactKind } from '@graft/contracts/trial'
import type { BlobStore } from '@graft/storage/blob-store'

/** Puts one file of a result into the storage and says what it is. */
export async function storeArtifact(blobs: BlobStore, kind: ArtifactKind, name: string, bytes: Uint8Array, signal: AbortSignal): Promise<ArtifactReference> {
  const stored = await blobs.write(bytes, { signal })
  return { kind, name, sha256: stored.sha256, bytes: stored.bytes }
}
