import type { Objective } from '@graft/contracts/sweep-search'
import type { JobState } from '@graft/contracts/trial'
import type { DatabaseOrTransaction } from '@graft/db/client'
import { Prisma } from '@graft/db/generated/client'

export interface TrialObjective {
  configuration: number
  trialId: string
  state: JobState
  /** Of the best epoch so far; null before the first. */
  value: number | null
}

/**
 * SQL for the objective of the best epoch of `trial` (a row of "Trial" in the query): the best over its epochs; of a finished trial
 * without metrics what its summary says.
 */
export function objectiveSql({ metric, goal }: Objective): Prisma.Sql {
  const best = Prisma.raw(goal === 'maximize' ? 'max' : 'min')
  const field = metric === 'validation/loss' ? 'loss' : 'accuracy'
  return Prisma.sql`COALESCE(
    (SELECT ${best}(value) FROM "EpochMetric" WHERE "trialId" = trial.id AND name = ${metric}),
    (trial.summary -> 'validation' ->> ${field})::double precision)`
}

/** The objectives of a sweep's trials of some configurations. */
export function trialObjectives(db: DatabaseOrTransaction, sweepId: string, configurations: readonly number[], objective: Objective): Promise<TrialObjective[]> {
  return db.$queryRaw<TrialObjective[]>`
    SELECT member."configurationIndex" AS configuration, member."trialId", job.state, ${objectiveSql(objective)} AS value
    FROM "SweepTrial" member JOIN "Trial" trial ON trial.id = member."trialId" JOIN "Job" job ON job.id = trial."jobId"
    WHERE member."sweepId" = ${sweepId} AND member."configurationIndex" = ANY(${[...configurations]}::int[])
    ORDER BY member.position`
}
