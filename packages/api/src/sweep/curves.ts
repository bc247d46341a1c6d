import type { SweepCurve } from '@graft/contracts/sweep-results'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findSweep } from './lock-sweep.ts'
import { objectiveOf } from './sweep-search.ts'

/** The objective by epoch of every trial that has come so far, in one query. */
export const curves = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input }): Promise<SweepCurve[]> => {
  const sweep = await findSweep(server.db, input.id)
  return server.db.$queryRaw<SweepCurve[]>`
    SELECT member."trialId", member."configurationIndex" AS configuration, job.state, curve.steps, curve.values
    FROM "SweepTrial" member JOIN "Trial" trial ON trial.id = member."trialId" JOIN "Job" job ON job.id = trial."jobId"
    CROSS JOIN LATERAL (
      SELECT array_agg(step ORDER BY step) AS steps, array_agg(value ORDER BY step) AS values
      FROM "EpochMetric" metric WHERE metric."trialId" = trial.id AND metric.name = ${objectiveOf(sweep).metric}) curve
    WHERE member."sweepId" = ${sweep.id} AND curve.steps IS NOT NULL
    ORDER BY member.position`
})
