import type { DatabaseOrTransaction } from '@graft/db/client'
import type { JobState, Trial } from '@graft/db/generated/client'
import type { VersionWithDataset } from '../dataset/find-version.ts'
import type { ModelWithWeights } from '../model/weights-info.ts'
import type { Targets } from './targets.ts'

export interface SweepPoint {
  version: VersionWithDataset
  model: ModelWithWeights
  seed: number
  /** The trial that is this very point already, in whatever state. */
  existing: (Trial & { state: JobState }) | null
}

/** Every (dataset, model, seed) for one recipe, first seeds of all cells first, so that a leaderboard fills evenly. */
export async function sweepPoints(db: DatabaseOrTransaction, { versions, models }: Targets, recipeHash: string, seeds: readonly number[]): Promise<SweepPoint[]> {
  const existing = await findExisting(db, versions, models, recipeHash, seeds)
  return seeds.flatMap((seed) =>
    versions.flatMap((version) => models.map((model) => ({ version, model, seed, existing: existing.find((trial) => isSamePoint(trial, version, model, seed)) ?? null }))),
  )
}

async function findExisting(db: DatabaseOrTransaction, versions: readonly { id: string }[], models: readonly { id: string }[], recipeHash: string, seeds: readonly number[]) {
  const rows = await db.trial.findMany({
    where: { versionId: { in: versions.map(({ id }) => id) }, modelId: { in: models.map(({ id }) => id) }, recipeHash, seed: { in: [...seeds] } },
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
