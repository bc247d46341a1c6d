import type { SweepCurve } from '@graft/contracts/sweep-results'
import type { Statement } from '@graft/db/statements'
import { z } from 'zod'
import { plainJson } from '../transformer.ts'
import { userProcedure } from '../trpc.ts'
import { findSweep } from './lock-sweep.ts'
import { objectiveOf } from './sweep-search.ts'

/** Points of all curves together, about: more than a page can draw apart. Where there are more, every second, third, ... epoch is left. */
const mostPoints = 150_000

/** The answer as JSON out of the database; values to 7 digits, as a plot needs them. The first and the last epoch of a curve are always there. */
const read: Statement = {
  name: 'sweep-curves',
  text: `
    WITH member AS MATERIALIZED (
      SELECT member."trialId", member."configurationIndex" AS configuration, member.position, job.state, curve.last
      FROM "SweepTrial" member JOIN "Trial" trial ON trial.id = member."trialId" JOIN "Job" job ON job.id = trial."jobId"
      CROSS JOIN LATERAL (SELECT max(step) AS last FROM "EpochMetric" metric WHERE metric."trialId" = member."trialId" AND metric.name = $2) curve
      WHERE member."sweepId" = $1 AND curve.last IS NOT NULL),
    thinned AS (SELECT greatest(1, ceil(sum(last)::float8 / $3))::int AS stride FROM member)
    SELECT coalesce(json_agg(json_build_object('trialId', "trialId", 'configuration', configuration, 'state', state, 'steps', curve.steps, 'values', curve.values) ORDER BY position), '[]') AS curves
    FROM member CROSS JOIN thinned
    CROSS JOIN LATERAL (
      SELECT json_agg(step ORDER BY step) AS steps, json_agg(value::real ORDER BY step) AS values
      FROM "EpochMetric" metric
      WHERE metric."trialId" = member."trialId" AND metric.name = $2 AND (thinned.stride = 1 OR step % thinned.stride = 0 OR step IN (1, member.last))) curve`,
}

/** The objective by epoch of every trial that has come so far, in one query. */
export const curves = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input }): Promise<SweepCurve[]> => {
  const sweep = await findSweep(server.db, input.id)
  const [row] = await server.db.statements.rows<{ curves: SweepCurve[] }>(read, [sweep.id, objectiveOf(sweep).metric, mostPoints])
  return plainJson(row!.curves)
})
