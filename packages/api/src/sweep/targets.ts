import { GraftError } from '@graft/contracts/errors'
import type { Recipe } from '@graft/contracts/recipe'
import type { DatabaseOrTransaction } from '@graft/db/client'
import { findVersion, type VersionWithDataset } from '../dataset/find-version.ts'
import { findUsableModel } from '../model/find-model.ts'
import type { ModelWithWeights } from '../model/weights-info.ts'

/** What a sweep trains on. */
export interface Targets {
  versions: VersionWithDataset[]
  models: ModelWithWeights[]
}

/**
 * The versions that datasets mean now, and the models. `fields`: where the names stand in the request.
 *
 * @throws GraftError `not_found`, `unavailable` or `invalid_input` at the entry at fault.
 */
export async function findTargets(db: DatabaseOrTransaction, datasets: readonly string[], models: readonly string[], fields = { datasets: 'datasets', models: 'models' }): Promise<Targets> {
  const found: Targets = { versions: [], models: [] }
  for (const [index, name] of datasets.entries()) found.versions.push(await findVersion(db, name, `${fields.datasets}.${index}`))
  for (const [index, id] of models.entries()) found.models.push(await findUsableModel(db, id, `${fields.models}.${index}`))
  refuseRepeated(found.versions.map(({ id }) => id), datasets, fields.datasets)
  refuseRepeated(found.models.map(({ id }) => id), models, fields.models)
  return found
}

function refuseRepeated(ids: readonly string[], given: readonly string[], field: string): void {
  const index = ids.findIndex((id, position) => ids.indexOf(id) !== position)
  if (index !== -1) throw new GraftError('invalid_input', `“${given[index]}” stands twice.`, { hint: 'Name it once.', field: `${field}.${index}` })
}

/**
 * Refuses what the engine would refuse only once the trial runs.
 *
 * @throws GraftError `invalid_input`.
 */
export function checkRecipe({ versions, models }: Targets, recipe: Recipe): void {
  refuseLargeBatch(versions, recipe)
  refuseMixing(models, recipe)
}

function refuseLargeBatch(versions: readonly VersionWithDataset[], recipe: Recipe): void {
  for (const [index, { batchSize }] of recipe.phases.entries()) {
    const small = versions.find(({ trainCount }) => trainCount < batchSize)
    if (small === undefined) continue
    throw new GraftError('invalid_input', `The batch size ${batchSize} is larger than the ${small.trainCount} training images of “${small.dataset.name}”.`, {
      hint: `Choose ${Math.min(small.trainCount, 32)} or less.`,
      field: `recipe.phases.${index}.batchSize`,
    })
  }
}

/** Features of a frozen trunk are of single images. */
function refuseMixing(models: readonly ModelWithWeights[], { augmentation, phases }: Recipe): void {
  const mixing = augmentation?.mixup !== undefined ? 'mixup' : augmentation?.cutmix !== undefined ? 'cutmix' : null
  const frozen = phases[0]?.kind === 'feature-extraction' ? models.find(({ pretrained }) => pretrained) : undefined
  if (mixing === null || frozen === undefined) return
  throw new GraftError('invalid_input', `With the trunk of ${frozen.name} frozen, features are of single images: ${mixing} cannot mix them.`, { hint: 'Leave it out, or use a recipe that only fine-tunes.', field: `recipe.augmentation.${mixing}` })
}
