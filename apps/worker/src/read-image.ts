import type { ManifestImage } from '@graft/contracts/dataset'
import { GraftError, isGraftError } from '@graft/contracts/errors'
import type { BlobStore } from '@graft/storage/blob-store'

/**
 * Reads a dataset's images from the storage. One that was damaged or lost since its import is named: its path in the dataset and its hash.
 */
export function imageReader(blobs: BlobStore, datasetName: string, signal: AbortSignal): (image: ManifestImage) => Promise<Buffer> {
  return async (image) => {
    try {
      return await blobs.read(image.sha256, signal)
    } catch (cause) {
      if (!isGraftError(cause) || (cause.code !== 'corrupt' && cause.code !== 'not_found')) throw cause
      throw new GraftError('corrupt', `The image ${image.path} of ${datasetName} (${image.sha256.slice(0, 12)}…) ${cause.code === 'corrupt' ? 'is damaged in the storage: its bytes no longer have their hash' : 'is no longer in the storage'}.`, {
        hint: 'Import the dataset again: what is missing is stored anew, under the same version.',
        details: { path: image.path, sha256: image.sha256 },
        cause,
      })
    }
  }
}
