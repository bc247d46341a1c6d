import type { ParameterImportance } from '@graft/contracts/sweep-results'
import type { Statement } from '@graft/db/statements'
import { parameterImportance } from '@graft/search/importance/parameter-importance'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findSweep } from './lock-sweep.ts'
import { searchHistory } from './search-history.ts'
import { searchOf } from './sweep-search.ts'

/** Configurations that are looked at: a forest's cost grows with their square, and its shares hardly change above. */
const mostConfigurations = 1000

const readBasis: Statement = {
  name: 'importance-basis',
  text: `
    SELECT count(*)::int AS count, md5(coalesce(string_agg(index || ' ' || value, ',' ORDER BY index), '')) AS version
    FROM "SweepConfiguration" WHERE "sweepId" = $1 AND state = 'finished'`,
}

/**
 * What each parameter explains of the objective's variance over the configurations that were trained to their end (1,000 of them at most);
 * empty without a search. Computed once for these configurations; of a sweep that runs, anew when a twentieth more have ended.
 */
export const importance = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input: { id } }): Promise<ParameterImportance[]> => {
  const sweep = await findSweep(server.db, id)
  const search = searchOf(sweep)
  if (search === null) return []
  const [basis] = await server.db.statements.rows<{ count: number; version: string }>(readBasis, [id])
  return server.importances.find(id, { ...basis!, grows: sweep.state === 'running' }, async () => {
    const finished = (await searchHistory(server.db, id)).filter(({ state }) => state === 'finished')
    return parameterImportance(search.space, evenly(finished, mostConfigurations))
  })
})

/** So many of a list, evenly spread over it: early and late proposals alike. */
const evenly = <Item>(items: readonly Item[], most: number): Item[] => (items.length <= most ? [...items] : Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!))
