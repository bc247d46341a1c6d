import { randomUUID } from 'node:crypto'
import { sweepRequestSchema } from '@graft/contracts/sweep'
import { isTerminal } from '@graft/contracts/trial'
import { toJson, type Transaction } from '@graft/db/client'
import type { Recipe } from '@graft/db/generated/client'
import { notifyChange } from '@graft/db/notifications'
import { enqueue } from '@graft/queue/enqueue'
import { retryJobs } from '@graft/queue/retry'
import { defaultProjectId } from '../default-project.ts'
import { toTrialPayload, trialInclude, trialTitle } from '../trial/trial-rows.ts'
import { userProcedure } from '../trpc.ts'
import { planSweep, type SweepPoint } from './plan-sweep.ts'

export interface CreatedSweep {
  sweepId: string
  /** Points of the sweep. */
  trials: number
  /** Of those, how many were finished before and are not trained again. */
  alreadyDone: number
}

/**
 * Launches datasets x models x seeds in one transaction. A point that was trained before is linked, one that waits or runs for
 * another sweep is shared, one that ended without a result is queued again; the rest are new trials.
 */
export const create = userProcedure.input(sweepRequestSchema).mutation(async ({ ctx: { server, caller }, input }): Promise<CreatedSweep> =>
  server.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('graft sweep'))` // two launches at once must see each other's points
      const { versions, models, hash, points } = await planSweep(tx, input)
      const recipe = await tx.recipe.upsert({ where: { hash }, create: { hash, name: input.recipe.name, content: toJson(input.recipe) }, update: {} })
      const names = versions.map(({ dataset }) => dataset.name)
      const sweepId = randomUUID()
      await tx.sweep.create({
        data: {
          id: sweepId,
          projectId: defaultProjectId,
          personId: caller.personId,
          name: input.name ?? `${summarize(names)} × ${summarize(models.map(({ name }) => name))}`.slice(0, 100),
          recipeHash: hash,
          recipe: toJson(input.recipe),
          datasets: names,
          models: models.map(({ id }) => id),
          seeds: input.seeds,
        },
      })
      const created = await createTrials(tx, { id: sweepId, personId: caller.personId }, recipe, points.filter(({ existing }) => existing === null))
      const trialIds = points.map((point) => point.existing?.id ?? created.get(point)!)
      await tx.sweepTrial.createMany({ data: trialIds.map((trialId, position) => ({ sweepId, trialId, position })) })
      await requeue(tx, points)
      await notifyChange(tx, { topic: 'sweep', id: sweepId })
      return { sweepId, trials: points.length, alreadyDone: points.filter(({ existing }) => existing?.state === 'finished').length }
    },
    { timeout: 120_000 },
  ),
)

const summarize = (names: readonly string[]): string => (names.length <= 2 ? names.join(', ') : `${names[0]} and ${names.length - 1} more`)

async function createTrials(tx: Transaction, sweep: { id: string; personId: string }, recipe: Recipe, points: readonly SweepPoint[]): Promise<Map<SweepPoint, string>> {
  const rows = points.map(({ version, model, seed }) => ({
    trial: { id: randomUUID(), jobId: randomUUID(), sweepId: sweep.id, versionId: version.id, modelId: model.id, weightsSha256: model.weightsSha256, recipeHash: recipe.hash, seed },
    version,
    model,
  }))
  const unrecorded = { summary: null, testAccuracy: null, seconds: null, createdAt: new Date() }
  await enqueue(
    tx,
    rows.map(({ trial, version, model }) => ({
      id: trial.jobId,
      personId: sweep.personId,
      title: trialTitle(model, version.dataset.name, trial.seed),
      topic: 'trial',
      subjectId: trial.id,
      payload: toTrialPayload({ ...trial, ...unrecorded, version, model, weights: model.weights, recipe }),
    })),
  )
  await tx.trial.createMany({ data: rows.map(({ trial }) => trial) })
  return new Map(points.map((point, index) => [point, rows[index]!.trial.id]))
}

/** What ended without a result goes again. */
async function requeue(tx: Transaction, points: readonly SweepPoint[]): Promise<void> {
  const ended = points.flatMap(({ existing }) => (existing !== null && existing.state !== 'finished' && isTerminal(existing.state) ? [existing.id] : []))
  const rows = await tx.trial.findMany({ where: { id: { in: ended } }, include: trialInclude })
  await retryJobs(tx, rows.map((row) => ({ id: row.jobId, payload: toTrialPayload(row) })))
}
