import type { BudgetUse } from '@graft/contracts/sweep-results'
import type { DatabaseOrTransaction } from '@graft/db/client'

/**
 * What a sweep has cost so far: its trials; the seconds of all attempts at the trials that it was the first to ask for, those that
 * run included; and the training images that those trials saw, an epoch's each epoch.
 */
export async function budgetUse(db: DatabaseOrTransaction, sweepId: string): Promise<BudgetUse> {
  const [row] = await db.$queryRaw<BudgetUse[]>`
    SELECT
      (SELECT count(*)::int FROM "SweepTrial" WHERE "sweepId" = ${sweepId}) AS trials,
      (SELECT COALESCE(sum(extract(epoch FROM COALESCE(attempt."endedAt", clock_timestamp()) - attempt."startedAt")), 0)::double precision
        FROM "Trial" trial JOIN "Attempt" attempt ON attempt."jobId" = trial."jobId" WHERE trial."sweepId" = ${sweepId}) AS seconds,
      (SELECT COALESCE(sum(version."trainCount" * epochs.last), 0)::double precision
        FROM "Trial" trial JOIN "DatasetVersion" version ON version.id = trial."versionId"
        CROSS JOIN LATERAL (SELECT max(step) AS last FROM "EpochMetric" WHERE "trialId" = trial.id) epochs
        WHERE trial."sweepId" = ${sweepId}) AS images`
  return row!
}
