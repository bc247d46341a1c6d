import { GraftError } from '@graft/contracts/errors'
import type { Leaderboard } from '@graft/contracts/leaderboard'
import type { Database } from '@graft/db/client'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { computeCells } from './compute-cells.ts'
import { readLeaderboardTrials } from './read-trials.ts'

/** Datasets x models at the datasets' current versions; of one recipe (hash or name) or all. Cells without a trial are left out. */
export const get = userProcedure.input(z.object({ recipe: z.string().optional() }).optional()).query(async ({ ctx: { server }, input }): Promise<Leaderboard> => {
  const { db } = server
  const [datasets, models, recipes] = await Promise.all([
    db.dataset.findMany({ where: { currentVersionId: { not: null } }, include: { currentVersion: true }, orderBy: { name: 'asc' } }),
    db.model.findMany({ orderBy: [{ position: 'asc' }, { id: 'asc' }] }),
    db.recipe.findMany({ orderBy: { createdAt: 'asc' } }),
  ])
  const trials = await readLeaderboardTrials(db, input?.recipe === undefined ? null : await findRecipeHash(db, input.recipe))
  return {
    datasets: datasets.map(({ name, currentVersion: version }) => ({ name, version: version!.fingerprint, classes: version!.classes.length, images: version!.imageCount, testImages: version!.testCount })),
    models: models.map((model) => {
      const isAvailable = model.availabilityState !== 'unavailable' || model.weightsSha256 !== null
      return { id: model.id, name: model.name, available: isAvailable, reason: isAvailable ? null : model.availabilityReason, trainedOn: (model.description as { trainedOn: string | null }).trainedOn }
    }),
    recipes: recipes.map(({ name, hash }) => ({ name, hash })),
    cells: computeCells(trials, {
      datasets: new Map(datasets.map(({ name, currentVersion: version }) => [version!.id, { name, fingerprint: version!.fingerprint, testImages: version!.testCount }])),
      recipes: new Map(recipes.map(({ hash, name }) => [hash, name])),
    }),
  }
})

async function findRecipeHash(db: Database, hashOrName: string): Promise<string> {
  const row = (await db.recipe.findUnique({ where: { hash: hashOrName } })) ?? (await db.recipe.findFirst({ where: { name: hashOrName }, orderBy: { createdAt: 'desc' } }))
  if (row !== null) return row.hash
  throw new GraftError('not_found', `No trial was trained by a recipe “${hashOrName.slice(0, 100)}”.`, { field: 'recipe' })
}
