import { GraftError } from '@graft/contracts/errors'
import { recipeSchema } from '@graft/contracts/recipe'
import type { Configuration } from '@graft/contracts/search-space'
import { sweepExtensionSchema } from '@graft/contracts/sweep'
import { toJson, type Transaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'
import { notifyChange } from '@graft/db/notifications'
import type { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { addTrials } from './add-trials.ts'
import { advanceLocked } from './advance-sweep.ts'
import { changeSweepState } from './change-sweep-state.ts'
import { lockOwnSweep } from './lock-sweep.ts'
import { searchOf } from './sweep-search.ts'
import { pinnedVersions, sweepTargets } from './sweep-targets.ts'
import { checkRecipe, findTargets } from './targets.ts'

type Extension = z.output<typeof sweepExtensionSchema>

/**
 * Gives a sweep more datasets, models, seeds or budget. Configurations that have a result, or will have, get the new points; those that
 * were pruned, failed or diverged do not. A finished sweep runs again.
 *
 * @throws GraftError `invalid_input`, `conflict` for a cancelled sweep.
 */
export const extend = userProcedure.input(sweepExtensionSchema).mutation(async ({ ctx: { server, caller }, input }): Promise<{ added: number }> =>
  server.db.$transaction(
    async (tx) => {
      const before = await lockOwnSweep(tx, caller, input.id)
      if (before.state === 'cancelled') throw new GraftError('conflict', `“${before.name}” is cancelled.`, { hint: `Resume it first: graft sweep resume ${before.id}.` })
      const members = await tx.sweepTrial.count({ where: { sweepId: before.id } })
      let sweep = await widen(tx, before, input)
      if (sweep.state === 'finished') sweep = await changeSweepState(tx, sweep, 'running')
      if (sweep.pointsEach !== before.pointsEach) await addPoints(tx, sweep)
      await advanceLocked(tx, sweep)
      await notifyChange(tx, { topic: 'sweep', id: sweep.id })
      return { added: (await tx.sweepTrial.count({ where: { sweepId: sweep.id } })) - members }
    },
    { timeout: 300_000 },
  ),
)

/** The sweep's row with what was added. */
async function widen(tx: Transaction, sweep: Sweep, extension: Extension): Promise<Sweep> {
  const search = searchOf(sweep)
  refuseSearched(search?.space.parameters ?? {}, extension)
  if (extension.budget !== undefined && search === null) throw new GraftError('invalid_input', 'Only a search has a budget: this sweep has one configuration.', { field: 'budget' })
  const { versions, models } = await findTargets(tx, extension.datasets, extension.models)
  const pinned = pinnedVersions(sweep)
  const newVersions = versions.map((version, index) => ({ name: extension.datasets[index]!, version })).filter(({ version }) => !pinned.some(({ id }) => id === version.id))
  const newModels = models.filter(({ id }) => !sweep.models.includes(id))
  const seeds = [...new Set([...sweep.seeds, ...extension.seeds])]
  checkRecipe({ versions: newVersions.map(({ version }) => version), models }, recipeSchema.parse(sweep.recipe))
  const isSearched = (parameter: string): boolean => search?.space.parameters[parameter] !== undefined
  const datasets = [...sweep.datasets, ...newVersions.map(({ version }) => version.dataset.name)]
  const modelIds = [...sweep.models, ...newModels.map(({ id }) => id)]
  return tx.sweep.update({
    where: { id: sweep.id },
    data: {
      datasets,
      models: modelIds,
      seeds,
      versions: [...pinned, ...newVersions.map(({ name, version: { id } }) => ({ name, id }))].map(toJson),
      pointsEach: (isSearched('dataset') ? 1 : datasets.length) * (isSearched('model') ? 1 : modelIds.length) * seeds.length,
      exhausted: null,
      ...(search === null || extension.budget === undefined ? {} : { search: toJson({ ...search, budget: { ...search.budget, ...extension.budget } }) }),
    },
  })
}

function refuseSearched(parameters: Readonly<Record<string, unknown>>, { datasets, models }: Extension): void {
  for (const [field, parameter, given] of [['datasets', 'dataset', datasets], ['models', 'model', models]] as const) {
    if (given.length > 0 && parameters[parameter] !== undefined) throw new GraftError('invalid_input', `The ${parameter} is a parameter of this search: it chooses among the values that it was launched with.`, { hint: 'Launch another sweep with a wider space; `warmStart` takes over the results of this one.', field })
  }
}

async function addPoints(tx: Transaction, sweep: Sweep): Promise<void> {
  const configurations = await tx.sweepConfiguration.findMany({ where: { sweepId: sweep.id, ...(sweep.search === null ? {} : { state: { in: ['running', 'finished'] } }) }, include: { recipe: true }, orderBy: { index: 'asc' } })
  for (const { index, parameters, recipe } of configurations) {
    await addTrials(tx, sweep, index, recipeSchema.parse(recipe.content), await sweepTargets(tx, sweep, parameters as Configuration), sweep.seeds)
    await tx.sweepConfiguration.update({ where: { sweepId_index: { sweepId: sweep.id, index } }, data: { state: 'running', value: null } })
  }
}
