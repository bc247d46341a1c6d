import { GraftError } from '@graft/contracts/errors'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { ModelWithWeights } from './weights-info.ts'

/** @throws GraftError `not_found`, with the ids there are. */
export async function findModel(db: DatabaseOrTransaction, id: string, field = 'model'): Promise<ModelWithWeights> {
  const model = await db.model.findUnique({ where: { id }, include: { weights: true } })
  if (model !== null) return model
  const ids = (await db.model.findMany({ select: { id: true }, orderBy: { position: 'asc' } })).map((each) => each.id)
  throw new GraftError('not_found', `There is no model “${id.slice(0, 100)}”.`, {
    hint: ids.length === 0 ? 'No worker has told the catalog yet: start one.' : `There is ${ids.join(', ')}.`,
    field,
  })
}

/** @throws GraftError `not_found`, or `unavailable` when there are no weights and none to fetch. */
export async function findUsableModel(db: DatabaseOrTransaction, id: string, field = 'model'): Promise<ModelWithWeights> {
  const model = await findModel(db, id, field)
  if (model.availabilityState !== 'unavailable' || model.weightsSha256 !== null) return model
  throw new GraftError('unavailable', `${model.name} has no weights here: ${model.availabilityReason ?? 'none can be fetched.'}`, { hint: 'Add a weight file: graft models add FILE.', field })
}
