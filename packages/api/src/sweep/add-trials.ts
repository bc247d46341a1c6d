import { randomUUID } from 'node:crypto'
import { toJson, type Transaction } from '@graft/db/client'
import type { Recipe as RecipeRow, Sweep } from '@graft/db/generated/client'
import { enqueue } from '@graft/queue/enqueue'
import { resumeJobs } from '@graft/queue/pause'
import { retryJobs } from '@graft/queue/retry'
import type { Recipe } from '@graft/contracts/recipe'
import { toTrialPayload, trialInclude, trialTitle } from '../trial/trial-rows.ts'
import { recipeHash } from '../recipe/recipe-hash.ts'
import { lockTrials } from './lock-trials.ts'
import { sweepPoints, type SweepPoint } from './sweep-points.ts'
import type { Targets } from './targets.ts'

export interface AddedTrials {
  trials: number
  /** Of those, how many were finished before. */
  alreadyDone: number
}

/**
 * Adds the points of one configuration to a sweep, those that it does not have yet. A point that was trained before is linked, one
 * that waits or runs for another sweep is shared, one that ended without a result is queued again; the rest are new trials.
 */
export async function addTrials(tx: Transaction, sweep: Sweep, configurationIndex: number, recipe: Recipe, targets: Targets, seeds: readonly number[]): Promise<AddedTrials> {
  await lockTrials(tx)
  const row = await storeRecipe(tx, recipe)
  const points = await sweepPoints(tx, targets, row.hash, seeds)
  const members = new Set((await tx.sweepTrial.findMany({ where: { sweepId: sweep.id, configurationIndex }, select: { trialId: true } })).map(({ trialId }) => trialId))
  const missing = points.filter(({ existing }) => existing === null || !members.has(existing.id))
  const created = await createTrials(tx, sweep, row, missing.filter(({ existing }) => existing === null))
  const { _max: last } = await tx.sweepTrial.aggregate({ where: { sweepId: sweep.id }, _max: { position: true } })
  const first = (last.position ?? -1) + 1
  await tx.sweepTrial.createMany({ data: missing.map((point, index) => ({ sweepId: sweep.id, configurationIndex, trialId: point.existing?.id ?? created.get(point)!, position: first + index })) })
  await requeue(tx, missing)
  return { trials: missing.length, alreadyDone: missing.filter(({ existing }) => existing?.state === 'finished').length }
}

/** The recipe's row, made where it is not there; a Prisma upsert would fail where another launch makes it in the same moment. */
export async function storeRecipe(tx: Transaction, recipe: Recipe): Promise<RecipeRow> {
  const hash = recipeHash(recipe)
  await tx.recipe.createMany({ data: [{ hash, name: recipe.name, content: toJson(recipe) }], skipDuplicates: true })
  return tx.recipe.findUniqueOrThrow({ where: { hash } })
}

async function createTrials(tx: Transaction, sweep: Sweep, recipe: RecipeRow, points: readonly SweepPoint[]): Promise<Map<SweepPoint, string>> {
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
      priority: sweep.priority,
      title: trialTitle(model, version.dataset.name, trial.seed),
      topic: 'trial',
      subjectId: trial.id,
      payload: toTrialPayload({ ...trial, ...unrecorded, version, model, weights: model.weights, recipe }),
    })),
  )
  await tx.trial.createMany({ data: rows.map(({ trial }) => trial) })
  return new Map(points.map((point, index) => [point, rows[index]!.trial.id]))
}

/** What ended without a result goes again, but what diverged, which it would again; what is paused is wanted now. */
async function requeue(tx: Transaction, points: readonly SweepPoint[]): Promise<void> {
  const existing = points.flatMap((point) => (point.existing === null ? [] : [point.existing]))
  const ended = existing.filter(({ state }) => state === 'failed' || state === 'cancelled' || state === 'pruned')
  const rows = await tx.trial.findMany({ where: { id: { in: ended.map(({ id }) => id) } }, include: trialInclude })
  await retryJobs(tx, rows.map((row) => ({ id: row.jobId, payload: toTrialPayload(row) })))
  await resumeJobs(tx, existing.filter(({ state }) => state === 'paused' || state === 'running').map(({ jobId }) => jobId))
}
