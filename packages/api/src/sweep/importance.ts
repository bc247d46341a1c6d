import type { ParameterImportance } from '@graft/contracts/sweep-results'
import { parameterImportance } from '@graft/search/importance/parameter-importance'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findSweep } from './lock-sweep.ts'
import { searchHistory } from './search-history.ts'
import { searchOf } from './sweep-search.ts'

/** Configurations that are looked at: a forest's cost grows with their square, and its shares hardly change above. */
const mostConfigurations = 1000

/** What each parameter explains of the objective's variance over the configurations that were trained to their end (1,000 of them at most); empty without a search. */
export const importance = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input, signal }): Promise<ParameterImportance[]> => {
  const search = searchOf(await findSweep(server.db, input.id))
  if (search === null) return []
  const finished = (await searchHistory(server.db, input.id)).filter(({ state }) => state === 'finished')
  return parameterImportance(search.space, evenly(finished, mostConfigurations), signal)
})

/** So many of a list, evenly spread over it: early and late proposals alike. */
const evenly = <Item>(items: readonly Item[], most: number): Item[] => (items.length <= most ? [...items] : Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!))
