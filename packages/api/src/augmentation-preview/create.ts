import { createHash, randomUUID } from 'node:crypto'
import { canonicalJson } from '@graft/contracts/recipe'
import { augmentationSchema } from '@graft/contracts/recipe/augmentation'
import { enqueue } from '@graft/queue/enqueue'
import { z } from 'zod'
import { findVersion } from '../dataset/find-version.ts'
import { userProcedure } from '../trpc.ts'

/** Asks a worker for augmented training images of a dataset. The same question, once asked, keeps its answer. */
export const create = userProcedure.input(z.object({ dataset: z.string(), augmentation: augmentationSchema })).mutation(async ({ ctx: { server, caller }, input }): Promise<{ id: string }> =>
  server.db.$transaction(async (tx) => {
    const version = await findVersion(tx, input.dataset)
    const augmentation = createHash('sha256').update(canonicalJson(input.augmentation)).digest('hex')
    const known = await tx.augmentationPreview.findFirst({ where: { versionId: version.id, augmentation, job: { state: { in: ['queued', 'running', 'finished'] } } }, orderBy: { createdAt: 'desc' } })
    if (known !== null) return { id: known.id }
    const [id, jobId] = [randomUUID(), randomUUID()]
    const payload = { kind: 'augmentation-preview' as const, datasetName: version.dataset.name, manifest: version.manifestSha256, augmentation: input.augmentation }
    await enqueue(tx, [{ personId: caller.personId, id: jobId, title: `Augmentation preview of ${version.dataset.name}`, topic: 'job', subjectId: id, payload }])
    await tx.augmentationPreview.create({ data: { id, versionId: version.id, jobId, augmentation } })
    return { id }
  }),
)
