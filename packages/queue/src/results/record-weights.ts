import type { WeightsInfo } from '@graft/contracts/model'
import type { Transaction } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'

/** A model's weight file that is in the storage now: later trials start from it. */
export async function recordWeights(tx: Transaction, modelId: string, weights: WeightsInfo): Promise<void> {
  await tx.weights.createMany({ data: [weights], skipDuplicates: true }) // an upsert of Prisma's fails where another trial records them in the same moment
  const { count } = await tx.model.updateMany({ where: { id: modelId, weightsSha256: null }, data: { weightsSha256: weights.sha256 } })
  await tx.model.updateMany({ where: { id: modelId, availabilityState: { in: ['downloadable', 'unavailable'] } }, data: { availabilityState: 'cached', availabilityReason: null } })
  if (count > 0) await notifyChange(tx, { topic: 'model', id: modelId })
}
