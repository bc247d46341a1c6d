import { recipeSchema } from '@graft/contracts/recipe'
import type { ParsedSweepRequest } from '@graft/contracts/sweep'
import type { Sweep } from '@graft/db/generated/client'
import { searchOf } from './sweep-search.ts'
import { pinnedVersions } from './sweep-targets.ts'

/** The request that would launch a sweep like this one, with what it was extended by: what `clone` launches and a file exports. */
export function sweepRequest(sweep: Sweep): ParsedSweepRequest {
  const search = searchOf(sweep)
  const isSearched = (parameter: string): boolean => search?.space.parameters[parameter] !== undefined
  const pinned = pinnedVersions(sweep).map(({ name }) => name)
  return {
    name: sweep.name,
    datasets: isSearched('dataset') ? [] : pinned.length > 0 ? pinned : sweep.datasets,
    models: isSearched('model') ? [] : sweep.models,
    recipe: recipeSchema.parse(sweep.recipe),
    seeds: sweep.seeds,
    ...(search === null ? {} : { search }),
    priority: sweep.priority,
  }
}
