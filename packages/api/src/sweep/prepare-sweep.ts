import type { Configuration } from '@graft/contracts/search-space'
import type { ParsedSweepRequest } from '@graft/contracts/sweep'
import type { DatabaseOrTransaction } from '@graft/db/client'
import { checkSearch, type CheckedSearch } from './check-search.ts'
import { fieldOf } from './apply-configuration.ts'
import type { PinnedVersion } from './sweep-targets.ts'
import { checkRecipe, findTargets, type Targets } from './targets.ts'
import { GraftError } from '@graft/contracts/errors'

/** A request whose names were looked up and whose search was looked at. */
export interface PreparedSweep {
  /** All datasets and models, those that are values of parameters included. */
  targets: Targets
  versions: PinnedVersion[]
  /** Points of a configuration. */
  pointsEach: number
  /** What a configuration trains on. */
  targetsOf(configuration: Configuration): Targets
  /** Null: the one recipe. */
  search: CheckedSearch | null
}

const largestSweep = 10_000

/**
 * Looks at a request before anything is written, for `sweep.create` and `sweep.estimate` alike.
 *
 * @throws GraftError `not_found`, `unavailable`, `invalid_input` at the entry at fault; `too_large`.
 */
export async function prepareSweep(db: DatabaseOrTransaction, request: ParsedSweepRequest): Promise<PreparedSweep> {
  const space = request.search?.space.parameters ?? {}
  const names = (parameter: 'dataset' | 'model', given: readonly string[]): string[] => {
    const searched = space[parameter]
    if (searched === undefined) return [...given]
    return ('values' in searched ? searched.values : 'value' in searched ? [searched.value] : []).filter((value) => typeof value === 'string')
  }
  const datasets = names('dataset', request.datasets)
  const models = names('model', request.models)
  const fields = { datasets: space['dataset'] === undefined ? 'datasets' : `${fieldOf('dataset')}.values`, models: space['model'] === undefined ? 'models' : `${fieldOf('model')}.values` }
  const targets = await findTargets(db, datasets, models, fields)
  const targetsOf = ({ dataset, model }: Configuration): Targets => ({
    versions: dataset === undefined ? targets.versions : targets.versions.filter((_, index) => datasets[index] === dataset),
    models: model === undefined ? targets.models : targets.models.filter(({ id }) => id === model),
  })
  const pointsEach = (space['dataset'] === undefined ? datasets.length : 1) * (space['model'] === undefined ? models.length : 1) * request.seeds.length
  if (pointsEach > largestSweep) throw new GraftError('too_large', `${pointsEach} trials are more than the ${largestSweep} of one sweep.`, { hint: 'Launch it in parts.', field: 'seeds' })
  if (request.search === undefined) checkRecipe(targets, request.recipe)
  await requireSweeps(db, request.search?.warmStart ?? [])
  const search = request.search === undefined ? null : await checkSearch(request, request.search, pointsEach, targetsOf)
  return { targets, versions: datasets.map((name, index) => ({ name, id: targets.versions[index]!.id })), pointsEach, targetsOf, search }
}

async function requireSweeps(db: DatabaseOrTransaction, ids: readonly string[]): Promise<void> {
  const known = await db.sweep.findMany({ where: { id: { in: [...ids] } }, select: { id: true } })
  const index = ids.findIndex((id) => !known.some((sweep) => sweep.id === id))
  if (index !== -1) throw new GraftError('not_found', `There is no sweep ${ids[index]!.slice(0, 40)} to start from.`, { hint: '`graft sweep list` shows the ids.', field: `search.warmStart.${index}` })
}
