import type { ErrorReport } from '@graft/contracts/errors'
import { recipeSchema } from '@graft/contracts/recipe'
import type { ArtifactKind, TrialSummary } from '@graft/contracts/trial'
import type { TrialView } from '@graft/contracts/views'
import type { AttemptState } from '@graft/db/generated/client'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { readMetrics } from './metrics.ts'
import { findTrial, toTrialListItem } from './trial-rows.ts'

/** Everything about one trial but its predictions. */
export const get = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input: { id } }): Promise<TrialView> => {
  const { db } = server
  const row = await findTrial(db, id)
  const [sweep, metrics, attempts, artifacts] = await Promise.all([
    db.sweep.findUniqueOrThrow({ where: { id: row.sweepId } }),
    readMetrics(db, id),
    db.attempt.findMany({ where: { jobId: row.jobId }, include: { worker: true }, orderBy: { number: 'asc' } }),
    db.artifact.findMany({ where: { trialId: id }, orderBy: [{ kind: 'asc' }, { name: 'asc' }] }),
  ])
  return {
    ...toTrialListItem(row),
    sweepId: sweep.id,
    sweepName: sweep.name,
    datasetVersion: row.version.fingerprint,
    modelName: row.model.name,
    classes: row.version.classes,
    recipeDetail: recipeSchema.parse(row.recipe.content),
    summary: row.summary as TrialSummary | null,
    metrics,
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      state: shownState(attempt.state),
      worker: attempt.worker.name,
      startedAt: attempt.startedAt,
      endedAt: attempt.endedAt,
      error: attempt.error as ErrorReport | null,
    })),
    artifacts: artifacts.map(({ kind, name, bytes, id: artifactId }) => ({ id: artifactId, kind: kind as ArtifactKind, name, bytes: Number(bytes) })),
  }
})

/** A released attempt reads as cancelled: it ended without a result and without a fault. */
const shownState = (state: AttemptState): TrialView['attempts'][number]['state'] => (state === 'released' ? 'cancelled' : state)
