import type { ModelDescription, WeightFormat, WeightsInfo } from '@graft/contracts/model'
import { modelDescriptionSchema } from '@graft/contracts/model'
import type { ModelReference } from '@graft/contracts/job'
import type { Model, Weights } from '@graft/db/generated/client'

export type ModelWithWeights = Model & { weights: Weights | null }

export const toWeightsInfo = ({ sha256, format, bytes, includeTop, source, licence, trainedOn }: Weights): WeightsInfo => ({ sha256, format: format as WeightFormat, bytes: Number(bytes), includeTop, source, licence, trainedOn })

export const toModelDescription = (model: Model): ModelDescription => modelDescriptionSchema.parse(model.description)

/** A model as jobs name it; weights are null from scratch, and while the storage has none (the worker fetches them then). */
export const toModelReference = (model: Model, weights: Weights | null): ModelReference => ({ model: toModelDescription(model), weights: weights === null ? null : toWeightsInfo(weights) })
