import { GraftError } from '@graft/contracts/errors'
import { weightsInfoSchema } from '@graft/contracts/model'
import { notifyChange } from '@graft/db/notifications'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { requireBlob } from '../require-blob.ts'
import { findModel } from './find-model.ts'

/** Gives a model a weight file that was uploaded before; trials from now on start from it. */
export const registerWeights = userProcedure.input(z.object({ modelId: z.string(), weights: weightsInfoSchema })).mutation(async ({ ctx: { server }, input: { modelId, weights } }): Promise<{ modelId: string }> => {
  const model = await findModel(server.db, modelId, 'modelId')
  if (!model.pretrained) throw new GraftError('invalid_input', `${model.name} is trained from scratch: it takes no weights.`, { field: 'modelId' })
  await requireBlob(server.blobs, weights, 'weights')
  await server.db.$transaction(async (tx) => {
    await tx.weights.upsert({ where: { sha256: weights.sha256 }, create: weights, update: weights })
    await tx.model.update({ where: { id: modelId }, data: { weightsSha256: weights.sha256, ...(weights.includeTop ? { hasTop: true } : {}), availabilityState: 'cached', availabilityReason: null } })
    await notifyChange(tx, { topic: 'model', id: modelId })
  })
  return { modelId }
})
