import { stat } from 'node:fs/promises'
import path from 'node:path'
import { GraftError } from '@graft/contracts/errors'
import type { ModelDescription } from '@graft/contracts/model'
import { buildNetwork } from '@graft/core/network/build'
import type { WeightFile } from '@graft/core/trial/trunk'
import { catalog } from '@graft/core/weights/catalog'
import { hashFile } from '@graft/core/weights/hash-file'
import { planWeights } from '@graft/core/weights/match'
import { openWeightFile } from '@graft/core/weights/open'
import { resolveWeights } from '@graft/core/weights/resolve'
import { requireKnown } from '../suggest.ts'

/** A model of the catalog by its id; its name (`VGG16`) is understood, too. Throws `not_found` with what comes near. */
export function chosenModel(given: string): ModelDescription {
  const models = catalog.map((entry) => entry.model)
  const wanted = given.toLowerCase()
  const model = models.find(({ id }) => id === wanted) ?? models.find(({ name, architecture }) => name.toLowerCase() === wanted || architecture.toLowerCase() === wanted)
  if (model === undefined) requireKnown('model', given, models.map(({ id }) => id))
  return model as ModelDescription
}

/**
 * The weights to use: the file that was given, checked to fit the model; else the catalog's, downloaded when they are not here. Null
 * for a model that is trained from scratch.
 */
export async function chosenWeights(model: ModelDescription, given: string | undefined, options: { cacheFolder: string; onProgress(bytes: number, total: number | null): void; signal: AbortSignal }): Promise<WeightFile | null> {
  if (given !== undefined) return givenWeights(model, given, options.signal)
  return resolveWeights(model.id, { ...options, cacheFolder: path.join(options.cacheFolder, 'models') })
}

/** A weight file that a person gave for a model. Throws `mismatch` where it does not fit, `invalid_input` for a model that takes none. */
export async function givenWeights(model: ModelDescription, file: string, signal: AbortSignal): Promise<WeightFile> {
  if (!model.pretrained) throw new GraftError('invalid_input', `${model.name} is trained from scratch: it takes no weight file.`, { hint: 'Leave --weights out, or choose a pretrained model.', field: '--weights' })
  if ((await stat(file).catch(() => null))?.isDirectory()) throw new GraftError('unsupported', `${file} is a folder.`, { hint: 'Give one weight file.', field: '--weights' })
  const stored = await openWeightFile(file, signal)
  const network = (includeTop: boolean) => buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: model.preprocessing.inputSize, includeTop })
  try {
    planWeights(stored, network(false))
    let includeTop = true
    try {
      planWeights(stored, network(true))
    } catch {
      includeTop = false
    }
    const { sha256, bytes } = await hashFile(file, signal)
    return { path: file, info: { sha256, bytes, format: stored.format, includeTop, source: path.basename(file), licence: 'not stated: given by --weights', trainedOn: 'not stated: given by --weights' } }
  } finally {
    stored.close()
  }
}
