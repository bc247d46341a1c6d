import type { BudgetUse, SweepForecast } from '@graft/contracts/sweep-results'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'

/** What was forecast when the sweep was launched, beside what came once it has ended. */
export async function compareForecast(db: DatabaseOrTransaction, sweep: Sweep, used: BudgetUse): Promise<SweepForecast | null> {
  if (sweep.forecast === null) return null // launched before there were forecasts
  const forecast = sweep.forecast as unknown as SweepForecast['forecast']
  if (sweep.endedAt === null) return { forecast, actual: null, error: null }
  const actual = { ...(await measured(db, sweep.id)), trials: used.trials, seconds: (sweep.endedAt.getTime() - sweep.createdAt.getTime()) / 1000, workSeconds: used.seconds, images: used.images }
  const error = {
    seconds: relativeError(forecast.seconds, actual.seconds),
    workSeconds: relativeError(forecast.workSeconds, actual.workSeconds),
    images: relativeError(forecast.images, actual.images),
    storageBytes: relativeError(forecast.disk.storageBytes, actual.storageBytes),
    memoryBytes: relativeError(forecast.memoryBytes, actual.memoryBytes),
  }
  return { forecast, actual, error }
}

const relativeError = (forecast: number | null, actual: number | null): number | null => (forecast === null || actual === null || forecast <= 0 || actual <= 0 ? null : forecast / actual - 1)

/** Of the trials that this sweep was the first to ask for: what they left in the storage, and the largest memory of a process that trained one. */
async function measured(db: DatabaseOrTransaction, sweepId: string): Promise<{ storageBytes: number; memoryBytes: number | null }> {
  const [row] = await db.$queryRaw<{ storageBytes: number; memoryBytes: number | null }[]>`
    SELECT
      (SELECT COALESCE(sum(artifact.bytes), 0)::double precision FROM "Trial" trial JOIN "Artifact" artifact ON artifact."trialId" = trial.id
        WHERE trial."sweepId" = ${sweepId} AND artifact.kind IN ('weights', 'predictions-csv')) AS "storageBytes",
      (SELECT max((summary ->> 'peakMemoryBytes')::double precision) FROM "Trial" WHERE "sweepId" = ${sweepId}) AS "memoryBytes"`
  return row!
}
