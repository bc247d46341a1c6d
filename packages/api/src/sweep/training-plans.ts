import { createHash } from 'node:crypto'
import { canonicalJson, type Recipe } from '@graft/contracts/recipe'
import type { MemoryForecast, TrainingPlanView } from '@graft/contracts/sweep'
import type { DatabaseOrTransaction } from '@graft/db/client'
import { jobError } from '../job/job-fields.ts'
import { recipeHash } from '../recipe/recipe-hash.ts'
import type { SweepPoint } from './sweep-points.ts'

/** Training of one model on one dataset version by one recipe: what the engine's planner is asked about. */
export interface PlannedTraining {
  hash: string
  recipe: Recipe
  version: SweepPoint['version']
  model: SweepPoint['model']
}

/** Plans of one sweep at most, and of its recipes: further ones are taken to need no more. */
const mostPlans = 24
const mostRecipes = 4

/** What the planner would be asked about a sweep's points, each once. */
export function plannedTrainings(samples: readonly { recipe: Recipe; points: readonly SweepPoint[] }[]): PlannedTraining[] {
  const plans = new Map<string, PlannedTraining>()
  for (const { recipe, points } of samples.slice(0, mostRecipes)) {
    for (const { version, model } of points) {
      const hash = createHash('sha256').update(canonicalJson([model.id, model.weightsSha256, recipeHash(recipe), version.id])).digest('hex')
      if (plans.size < mostPlans) plans.set(hash, { hash, recipe, version, model })
    }
  }
  return [...plans.values()]
}

/** What the planner has said so far of the memory that a sweep's trials take. */
export async function memoryForecast(db: DatabaseOrTransaction, samples: readonly { recipe: Recipe; points: readonly SweepPoint[] }[]): Promise<MemoryForecast> {
  const wanted = plannedTrainings(samples)
  const rows = await db.trainingPlan.findMany({ where: { hash: { in: wanted.map(({ hash }) => hash) } }, include: { job: true } })
  const plans = wanted.map(({ hash, version, model }): TrainingPlanView => {
    const row = rows.find((each) => each.hash === hash)
    return {
      dataset: version.dataset.name,
      model: model.id,
      state: row?.job.state ?? null,
      bytes: row?.memoryBytes == null ? null : Number(row.memoryBytes),
      words: row?.words ?? [],
      error: row === undefined ? null : jobError(row.job),
    }
  })
  const known = plans.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]))
  const isPending = plans.some(({ state }) => state === 'queued' || state === 'running')
  return { bytes: known.length === 0 ? null : Math.max(...known), state: known.length === plans.length ? 'planned' : known.length > 0 ? 'partly' : isPending ? 'pending' : 'unknown', plans }
}
