import type { BestSoFar } from '@graft/contracts/sweep-results'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { objectiveOf, searchOf } from './sweep-search.ts'

/** Points of a line at most. */
const mostPoints = 60

/** How searches got on: for the small lines of the list of sweeps. By sweep; one without a search, or without a result yet, is left out. */
export const bestSoFar = userProcedure.input(z.object({ ids: z.array(z.string()).max(100) })).query(async ({ ctx: { server }, input: { ids } }): Promise<Record<string, BestSoFar>> => {
  const sweeps = await server.db.sweep.findMany({ where: { id: { in: ids } } })
  const searches = sweeps.filter((sweep) => searchOf(sweep) !== null)
  const rows = await server.db.$queryRaw<{ sweepId: string; values: number[] }[]>`
    SELECT "sweepId", array_agg(value ORDER BY index) AS values
    FROM "SweepConfiguration" WHERE "sweepId" = ANY(${searches.map(({ id }) => id)}::text[]) AND value IS NOT NULL GROUP BY "sweepId"`
  const values = new Map(rows.map((row) => [row.sweepId, row.values]))
  return Object.fromEntries(
    searches.flatMap((sweep) => {
      const found = values.get(sweep.id)
      return found === undefined ? [] : [[sweep.id, { ...objectiveOf(sweep), values: thinned(runningBest(found, objectiveOf(sweep).goal)) }]]
    }),
  )
})

function runningBest(values: readonly number[], goal: BestSoFar['goal']): number[] {
  const better = goal === 'maximize' ? Math.max : Math.min
  const best: number[] = []
  for (const value of values) best.push(better(best.at(-1) ?? value, value))
  return best
}

/** Evenly, the first and the last among them. */
function thinned(values: readonly number[]): number[] {
  if (values.length <= mostPoints) return [...values]
  return Array.from({ length: mostPoints }, (_, point) => values[Math.round((point * (values.length - 1)) / (mostPoints - 1))]!)
}
