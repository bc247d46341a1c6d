import { randomUUID } from 'node:crypto'
import type { ParsedSweepRequest } from '@graft/contracts/sweep'
import { toJson, type Transaction } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { defaultProjectId } from '../default-project.ts'
import { addTrials, storeRecipe } from './add-trials.ts'
import { advanceLocked } from './advance-sweep.ts'
import { forecastSweep } from './forecast-sweep.ts'
import { prepareSweep } from './prepare-sweep.ts'

export interface CreatedSweep {
  sweepId: string
  /** Trials so far: all of them, or of a search those that are proposed at once. */
  trials: number
  /** Of those, how many were finished before and are not trained again. */
  alreadyDone: number
}

/** Launches a sweep in the caller's transaction: its row with the forecast, its first configurations, their trials and jobs. */
export async function launchSweep(tx: Transaction, personId: string, request: ParsedSweepRequest): Promise<CreatedSweep> {
  const prepared = await prepareSweep(tx, request)
  const { targets, versions, pointsEach } = prepared
  const names = targets.versions.map(({ dataset }) => dataset.name)
  const recipe = await storeRecipe(tx, request.recipe)
  const { memory, alreadyDone: _alreadyDone, ...forecast } = await forecastSweep(tx, request, prepared)
  const sweep = await tx.sweep.create({
    data: {
      id: randomUUID(),
      projectId: defaultProjectId,
      personId,
      name: request.name ?? `${summarize(names)} × ${summarize(targets.models.map(({ name }) => name))}`.slice(0, 100),
      priority: request.priority,
      recipeHash: recipe.hash,
      recipe: toJson(request.recipe),
      datasets: names,
      models: targets.models.map(({ id }) => id),
      seeds: request.seeds,
      versions: versions.map(toJson),
      pointsEach,
      forecast: toJson({ ...forecast, memoryBytes: memory.bytes }),
      ...(request.search === undefined ? {} : { search: toJson(request.search) }),
    },
  })
  if (request.search === undefined) {
    await tx.sweepConfiguration.create({ data: { sweepId: sweep.id, index: 0, parameters: {}, recipeHash: recipe.hash } })
    await addTrials(tx, sweep, 0, request.recipe, targets, request.seeds)
  }
  await advanceLocked(tx, sweep)
  await notifyChange(tx, { topic: 'sweep', id: sweep.id })
  const [trials, alreadyDone] = await Promise.all([tx.sweepTrial.count({ where: { sweepId: sweep.id } }), tx.sweepTrial.count({ where: { sweepId: sweep.id, trial: { job: { state: 'finished' } } } })])
  return { sweepId: sweep.id, trials, alreadyDone }
}

const summarize = (names: readonly string[]): string => (names.length <= 2 ? names.join(', ') : `${names[0]} and ${names.length - 1} more`)
