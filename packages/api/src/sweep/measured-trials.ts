import type { TrialSummary } from '@graft/contracts/trial'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { MeasuredTrial } from './estimate-seconds.ts'

const newestTrials = 200

/** Finished trials of these models: of this recipe where there are any, for others may train longer. */
export async function measuredTrials(db: DatabaseOrTransaction, modelIds: readonly string[], recipeHash: string): Promise<MeasuredTrial[]> {
  const rows = await db.trial.findMany({
    where: { modelId: { in: [...modelIds] }, seconds: { not: null } },
    select: { versionId: true, modelId: true, recipeHash: true, summary: true, version: { select: { imageCount: true } } },
    orderBy: { createdAt: 'desc' },
    take: newestTrials,
  })
  const ofRecipe = rows.filter((row) => row.recipeHash === recipeHash)
  const hasRecipe = new Set(ofRecipe.map(({ modelId }) => modelId))
  return rows
    .filter((row) => row.recipeHash === recipeHash || !hasRecipe.has(row.modelId))
    .map(({ versionId, modelId, recipeHash: hash, summary, version }) => {
      const measured = summary as unknown as TrialSummary
      return { versionId, modelId, isOfRecipe: hash === recipeHash, epochs: measured.epochs, imageCount: version.imageCount, summary: measured }
    })
}

/** Bytes that a trial of each of these models left in the storage, mean over the newest; a model without one is absent. */
export async function measuredArtifactBytes(db: DatabaseOrTransaction, modelIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.$queryRaw<{ modelId: string; bytes: number }[]>`
    SELECT recent."modelId", avg(recent.bytes)::double precision AS bytes
    FROM (
      SELECT trial."modelId", sum(artifact.bytes) AS bytes
      FROM (SELECT id, "modelId" FROM "Trial" WHERE "modelId" = ANY(${[...modelIds]}::text[]) AND seconds IS NOT NULL ORDER BY "createdAt" DESC LIMIT ${newestTrials}) trial
      JOIN "Artifact" artifact ON artifact."trialId" = trial.id
      WHERE artifact.kind IN ('weights', 'predictions-csv')
      GROUP BY trial.id, trial."modelId") recent
    GROUP BY recent."modelId"`
  return new Map(rows.map(({ modelId, bytes }) => [modelId, bytes]))
}
