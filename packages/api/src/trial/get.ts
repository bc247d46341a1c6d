import type { ErrorReport } from '@graft/contracts/errors'
import { recipeSchema } from '@graft/contracts/recipe'
import type { ArtifactKind, TrialSummary } from '@graft/contracts/trial'
import type { TrialView } from '@graft/contracts/views'
import { atOneMoment } from '@graft/db/at-one-moment'
import type { AttemptState } from '@graft/db/generated/client'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { readMetrics } from './metrics.ts'
import { findTrial, toTrialListItem } from './trial-rows.ts'

/** Everything about one trial but its predictions. */
export const get = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input: { id } }): Promise<TrialView> => {
  const { row, sweep, metrics, attempts, artifacts } = await atOneMoment(server.db, async (tx) => {
    const found = await findTrial(tx, id)
    return {
      row: found,
      sweep: await tx.sweep.findUniqueOrThrow({ where: { id: found.sweepId } }),
      metrics: await readMetrics(tx, id),
      attempts: await tx.attempt.findMany({ where: { jobId: found.jobId }, include: { worker: true }, orderBy: { number: 'asc' } }),
      artifacts: await tx.artifact.findMany({ where: { trialId: id }, orderBy: [{ kind: 'asc' }, { name: 'asc' }] }),
    }
  })
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
