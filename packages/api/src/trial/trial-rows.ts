import { GraftError } from '@graft/contracts/errors'
import type { JobPayload, TrainedModelReference } from '@graft/contracts/job'
import { recipeSchema } from '@graft/contracts/recipe'
import type { TrainedModelItem, TrialListItem } from '@graft/contracts/views'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Prisma } from '@graft/db/generated/client'
import { jobError, jobProgress } from '../job/job-fields.ts'
import { toModelReference } from '../model/weights-info.ts'

/** What is read with a trial wherever it is shown or queued. */
export const trialInclude = { job: true, version: { include: { dataset: true } }, model: { include: { weights: true } }, weights: true, recipe: true } satisfies Prisma.TrialInclude
export type TrialRow = Prisma.TrialGetPayload<{ include: typeof trialInclude }>

/** @throws GraftError `not_found`. */
export async function findTrial(db: DatabaseOrTransaction, id: string, field = 'id'): Promise<TrialRow> {
  const row = await db.trial.findUnique({ where: { id }, include: trialInclude })
  if (row === null) throw new GraftError('not_found', `There is no trial ${id.slice(0, 40)}.`, { field })
  return row
}

/** @throws GraftError `conflict` for one without a result. */
export async function findFinishedTrial(db: DatabaseOrTransaction, id: string, field = 'id'): Promise<TrialRow> {
  const row = await findTrial(db, id, field)
  if (row.summary === null) throw new GraftError('conflict', `This trial is ${row.job.state}: it has no result yet.`, { hint: 'Wait until it is finished.', field })
  return row
}

export const trialTitle = (model: { name: string }, datasetName: string, seed: number): string => `${model.name} on ${datasetName}, seed ${seed}`

export function toTrialListItem(row: TrialRow): TrialListItem {
  return {
    id: row.id,
    dataset: row.version.dataset.name,
    model: row.modelId,
    recipe: row.recipe.name,
    seed: row.seed,
    state: row.job.state,
    progress: jobProgress(row.job),
    attempt: row.job.attempt,
    accuracy: row.testAccuracy,
    seconds: row.seconds,
    error: jobError(row.job),
    createdAt: row.createdAt,
  }
}

/** What a worker needs to train it, as of now. */
export function toTrialPayload(row: Omit<TrialRow, 'job'>): JobPayload & { kind: 'trial' } {
  return {
    kind: 'trial',
    ...toModelReference(row.model, row.weights ?? row.model.weights),
    trialId: row.id,
    datasetName: row.version.dataset.name,
    manifest: row.version.manifestSha256,
    recipe: recipeSchema.parse(row.recipe.content),
    seed: row.seed,
  }
}

/** Its trained weights and all that is needed to run them. @throws GraftError `conflict` without a `weights` artifact. */
export async function toTrainedModel(db: DatabaseOrTransaction, row: TrialRow): Promise<TrainedModelReference> {
  const artifact = await db.artifact.findFirst({ where: { trialId: row.id, kind: 'weights' } })
  if (artifact === null) throw new GraftError('conflict', 'This trial kept no trained weights.', { hint: 'Train it again.' })
  const { kind: _kind, manifest: _manifest, ...point } = toTrialPayload(row)
  return { ...point, datasetVersion: row.version.fingerprint, classes: row.version.classes, trainedWeights: artifact.sha256 }
}

export function toTrainedModelItem(row: TrialRow): TrainedModelItem {
  return { trialId: row.id, dataset: row.version.dataset.name, model: row.modelId, modelName: row.model.name, recipe: row.recipe.name, seed: row.seed, accuracy: row.testAccuracy ?? 0 }
}

/** Finished trials whose weights were kept. */
export const trainedWhere = { testAccuracy: { not: null }, artifacts: { some: { kind: 'weights' } } } as const
