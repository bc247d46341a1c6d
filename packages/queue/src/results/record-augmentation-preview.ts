import type { JobResult } from '@graft/contracts/job'
import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'

/** The augmented pictures, in the order in which they are shown. */
export async function recordAugmentationPreview(tx: Transaction, job: Job, result: JobResult & { kind: 'augmentation-preview' }): Promise<void> {
  await tx.augmentationPreviewImage.createMany({ data: result.images.map((image, position) => ({ previewId: job.subjectId, position, ...image })) })
}
