import type { ErrorCode, ErrorReport } from '@graft/contracts/errors'
import type { ModelView } from '@graft/contracts/views'
import type { Database } from '@graft/db/client'

/** What fetching ends in: no connection or no such file, another hash or other layers than published. */
const fetchCodes: readonly ErrorCode[] = ['unavailable', 'mismatch']

/** By model, for those whose weights the storage lacks: why the newest trial or quick check that wanted them failed. */
export async function readFetchFailures(db: Database): Promise<Map<string, NonNullable<ModelView['fetchFailure']>>> {
  const rows = await db.$queryRaw<{ modelId: string; trialId: string | null; error: ErrorReport; at: Date }[]>`
    SELECT DISTINCT ON (model.id) model.id AS "modelId", wish."trialId", job.error, job."endedAt" AS at
    FROM (SELECT "modelId", "jobId", id AS "trialId" FROM "Trial" UNION ALL SELECT "modelId", "jobId", NULL FROM "QuickCheck") wish
    JOIN "Model" model ON model.id = wish."modelId" AND model."weightsSha256" IS NULL AND model."availabilityState" <> 'bundled'
    JOIN "Job" job ON job.id = wish."jobId" AND job.state = 'failed' AND job.error ->> 'code' = ANY(${fetchCodes})
    ORDER BY model.id, job."endedAt" DESC`
  return new Map(rows.map(({ modelId, ...failure }) => [modelId, failure]))
}
