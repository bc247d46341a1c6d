import { datasetManifestSchema } from '@graft/contracts/dataset'
import { augmentationPreview } from '@graft/core/augmentation/preview'
import { readBlobJson } from '../blob-json.ts'
import type { JobRunner } from '../job-context.ts'

/** Makes the pictures of an augmentation preview and stores them. */
export const runAugmentationPreview: JobRunner<'augmentation-preview'> = async (payload, { blobs, signal, progress }) => {
  const manifest = await readBlobJson(blobs, payload.manifest, datasetManifestSchema, 'dataset manifest', signal)
  progress({ stage: 'augmenting', fraction: 0, message: '' })
  const previews = await augmentationPreview({ manifest, augmentation: payload.augmentation, read: (image) => blobs.read(image.sha256, signal), signal })
  const images = []
  for (const { image, picture } of previews) {
    const { sha256 } = await blobs.write(picture, { signal })
    images.push({ path: image.path, classIndex: image.classIndex, sourceSha256: image.sha256, sha256 })
    progress({ stage: 'augmenting', fraction: images.length / previews.length, message: `${images.length} of ${previews.length}` })
  }
  return { kind: 'augmentation-preview', images }
}
