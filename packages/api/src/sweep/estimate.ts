import { sweepRequestSchema, type SweepEstimate } from '@graft/contracts/sweep'
import type { TrialSummary } from '@graft/contracts/trial'
import type { Database } from '@graft/db/client'
import { userProcedure } from '../trpc.ts'
import { countOnlineWorkers } from '../worker/online-workers.ts'
import { estimateSeconds, type MeasuredTrial } from './estimate-seconds.ts'
import { planSweep } from './plan-sweep.ts'

/** What a launch would cost, before it is pressed. Refuses what `sweep.create` would refuse. */
export const estimate = userProcedure.input(sweepRequestSchema).query(async ({ ctx: { server }, input }): Promise<SweepEstimate> => {
  const { points, models, hash } = await planSweep(server.db, input)
  const open = points.filter(({ existing }) => existing?.state !== 'finished')
  const workers = await countOnlineWorkers(server.db)
  const measured = await measuredTrials(server.db, models.map(({ id }) => id), hash)
  const fineTuningEpochs = input.recipe.phases.reduce((sum, { kind, epochs }) => sum + (kind === 'fine-tuning' ? epochs : 0), 0)
  return { trials: points.length, alreadyDone: points.length - open.length, workers, ...estimateSeconds(open, measured, workers, fineTuningEpochs) }
})

const newestTrials = 200

/** Finished trials of these models: of this recipe where there are any, for others may train longer. */
async function measuredTrials(db: Database, modelIds: readonly string[], recipeHash: string): Promise<MeasuredTrial[]> {
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
    .map(({ versionId, modelId, recipeHash: hash, summary, version }) => ({ versionId, modelId, isOfRecipe: hash === recipeHash, imageCount: version.imageCount, summary: summary as unknown as TrialSummary }))
}
