import { randomUUID } from 'node:crypto'
import { GraftError } from '@graft/contracts/errors'
import { enqueue } from '@graft/queue/enqueue'
import { z } from 'zod'
import { findVersion } from '../dataset/find-version.ts'
import { findUsableModel } from '../model/find-model.ts'
import { toModelReference } from '../model/weights-info.ts'
import { userProcedure } from '../trpc.ts'

/** Asks what the untouched ImageNet model sees in one sample a class. One that is waiting or running already is answered again. */
export const create = userProcedure.input(z.object({ dataset: z.string(), model: z.string() })).mutation(async ({ ctx: { server, caller }, input }): Promise<{ id: string }> =>
  server.db.$transaction(async (tx) => {
    const version = await findVersion(tx, input.dataset)
    const model = await findUsableModel(tx, input.model)
    // The file in use may lack its top while the catalog has another with it, which the worker then fetches.
    if (!model.weights?.includeTop && !model.hasTop) {
      throw new GraftError('invalid_input', `${model.name} has no ImageNet classifier here, so it has no labels to show.`, { hint: 'Choose a model with its top.', field: 'model' })
    }
    const pending = await tx.quickCheck.findFirst({ where: { versionId: version.id, modelId: model.id, job: { state: { in: ['queued', 'running'] } } } })
    if (pending !== null) return { id: pending.id }
    const id = randomUUID()
    const jobId = randomUUID()
    const payload = { kind: 'quick-check' as const, ...toModelReference(model, model.weights), datasetVersion: version.fingerprint, manifest: version.manifestSha256 }
    await enqueue(tx, [{ personId: caller.personId, id: jobId, title: `Quick check of ${version.dataset.name} with ${model.name}`, topic: 'job', subjectId: id, payload }])
    await tx.quickCheck.create({ data: { id, versionId: version.id, modelId: model.id, jobId } })
    return { id }
  }),
)
