import { GraftError } from '@graft/contracts/errors'
import type { Recipe } from '@graft/contracts/recipe'
import type { sweepRequestSchema } from '@graft/contracts/sweep'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { JobState, Trial } from '@graft/db/generated/client'
import type { z } from 'zod'
import { findVersion, type VersionWithDataset } from '../dataset/find-version.ts'
import { findUsableModel } from '../model/find-model.ts'
import type { ModelWithWeights } from '../model/weights-info.ts'
import { recipeHash } from '../recipe/recipe-hash.ts'

export interface SweepPoint {
  version: VersionWithDataset
  model: ModelWithWeights
  seed: number
  /** The trial that is this very point already, in whatever state. */
  existing: (Trial & { state: JobState }) | null
}

export interface SweepPlan {
  versions: VersionWithDataset[]
  models: ModelWithWeights[]
  hash: string
  points: SweepPoint[]
}

const largestSweep = 10_000

/**
 * Every (dataset, model, seed) of a request, first seeds of all cells first, so that a leaderboard fills evenly.
 *
 * @throws GraftError `not_found`, `unavailable` or `invalid_input` at the entry at fault; `too_large`.
 */
export async function planSweep(db: DatabaseOrTransaction, request: z.output<typeof sweepRequestSchema>): Promise<SweepPlan> {
  const versions: VersionWithDataset[] = []
  for (const [index, name] of request.datasets.entries()) versions.push(await findVersion(db, name, `datasets.${index}`))
  const models: ModelWithWeights[] = []
  for (const [index, id] of request.models.entries()) models.push(await findUsableModel(db, id, `models.${index}`))
  refuseRepeated(versions.map(({ id }) => id), request.datasets, 'datasets')
  refuseRepeated(models.map(({ id }) => id), request.models, 'models')
  refuseLargeBatch(versions, request.recipe)
  refuseMixing(models, request.recipe)
  const size = versions.length * models.length * request.seeds.length
  if (size > largestSweep) throw new GraftError('too_large', `${size} trials are more than the ${largestSweep} of one sweep.`, { hint: 'Launch it in parts.', field: 'seeds' })
  const hash = recipeHash(request.recipe)
  const existing = await findExisting(db, versions, models, hash, request.seeds)
  const points = request.seeds.flatMap((seed) =>
    versions.flatMap((version) => models.map((model) => ({ version, model, seed, existing: existing.find((trial) => isSamePoint(trial, version, model, seed)) ?? null }))),
  )
  return { versions, models, hash, points }
}

function refuseRepeated(ids: readonly string[], given: readonly string[], field: 'datasets' | 'models'): void {
  const index = ids.findIndex((id, position) => ids.indexOf(id) !== position)
  if (index !== -1) throw new GraftError('invalid_input', `“${given[index]}” stands twice.`, { hint: 'Name it once.', field: `${field}.${index}` })
}

/** The engine refuses it as well, but only once the trial runs. */
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

/** Likewise: features of a frozen trunk are of single images. */
function refuseMixing(models: readonly ModelWithWeights[], { augmentation, phases }: Recipe): void {
  const mixing = augmentation?.mixup !== undefined ? 'mixup' : augmentation?.cutmix !== undefined ? 'cutmix' : null
  const frozen = phases[0]?.kind === 'feature-extraction' ? models.find(({ pretrained }) => pretrained) : undefined
  if (mixing === null || frozen === undefined) return
  throw new GraftError('invalid_input', `With the trunk of ${frozen.name} frozen, features are of single images: ${mixing} cannot mix them.`, { hint: 'Leave it out, or use a recipe that only fine-tunes.', field: `recipe.augmentation.${mixing}` })
}

async function findExisting(db: DatabaseOrTransaction, versions: readonly { id: string }[], models: readonly { id: string }[], hash: string, seeds: readonly number[]) {
  const rows = await db.trial.findMany({
    where: { versionId: { in: versions.map(({ id }) => id) }, modelId: { in: models.map(({ id }) => id) }, recipeHash: hash, seed: { in: [...seeds] } },
    include: { job: { select: { state: true } } },
    orderBy: { createdAt: 'desc' },
  })
  return rows.map(({ job, ...trial }) => ({ ...trial, state: job.state }))
}

/** Weights are part of a point: with another weight file it is another trial. A trial that has not met its weights yet will get the present ones. */
function isSamePoint(trial: Trial & { state: JobState }, version: { id: string }, model: ModelWithWeights, seed: number): boolean {
  if (trial.versionId !== version.id || trial.modelId !== model.id || trial.seed !== seed) return false
  return trial.weightsSha256 === model.weightsSha256 || (trial.weightsSha256 === null && trial.state !== 'finished')
}
