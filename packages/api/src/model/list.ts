import type { ModelView } from '@graft/contracts/views'
import type { Availability } from '@graft/contracts/model'
import { userProcedure } from '../trpc.ts'
import { readFetchFailures } from './fetch-failure.ts'
import { toModelDescription } from './weights-info.ts'

/** The catalog in its order, with what is available. */
export const list = userProcedure.query(async ({ ctx: { server } }): Promise<ModelView[]> => {
  const [models, failures] = await Promise.all([server.db.model.findMany({ include: { weights: true }, orderBy: [{ position: 'asc' }, { id: 'asc' }] }), readFetchFailures(server.db)])
  return models.map((model) => ({
    ...toModelDescription(model),
    availability: { state: model.availabilityState as Availability['state'], reason: model.availabilityReason },
    weightsSha256: model.weightsSha256,
    hasTop: model.weights?.includeTop || model.hasTop,
    fetchFailure: failures.get(model.id) ?? null,
  }))
})
