import { availabilitySchema, modelDescriptionSchema, weightsInfoSchema } from '@graft/contracts/model'
import { toJson } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { z } from 'zod'
import { anyCallerProcedure } from '../trpc.ts'

const syncInput = z.object({
  models: z
    .array(
      z.object({
        model: modelDescriptionSchema,
        availability: availabilitySchema,
        /** Whether its weights come with the ImageNet classifier: the quick check needs it. */
        hasTop: z.boolean(),
        /** What is known of the weight file without having it. Recorded when the storage holds it. */
        weights: weightsInfoSchema.nullable(),
      }),
    )
    .min(1)
    .max(500),
})

/** A worker (or `graft`) tells its catalog; the server knows no model by itself. Weights that the storage has stay, whatever a worker lacks. */
export const sync = anyCallerProcedure.input(syncInput).mutation(async ({ ctx: { server }, input }): Promise<{ models: number }> => {
  const stored = await Promise.all(input.models.map(({ weights }) => (weights === null ? false : server.blobs.has(weights.sha256))))
  await server.db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('graft model sync'))` // workers that start together tell the same
    const before = new Map((await tx.model.findMany({ select: { id: true, weightsSha256: true } })).map((model) => [model.id, model]))
    for (const [position, { model, availability, hasTop, weights }] of input.models.entries()) {
      if (weights !== null && stored[position]) await tx.weights.createMany({ data: [weights], skipDuplicates: true })
      const weightsSha256 = before.get(model.id)?.weightsSha256 ?? (stored[position] ? weights!.sha256 : null)
      const isOurs = weightsSha256 !== null && availability.state !== 'bundled'
      const data = {
        position,
        name: model.name,
        architecture: model.architecture,
        pretrained: model.pretrained,
        parameters: model.parameters,
        description: toJson(model),
        hasTop,
        weightsSha256,
        availabilityState: isOurs ? 'cached' : availability.state,
        availabilityReason: isOurs ? null : availability.reason,
      }
      await tx.model.upsert({ where: { id: model.id }, create: { id: model.id, ...data }, update: data })
    }
    await notifyChange(tx, ...input.models.map(({ model }) => ({ topic: 'model' as const, id: model.id })))
  })
  return { models: input.models.length }
})
