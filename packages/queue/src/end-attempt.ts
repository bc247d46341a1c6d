import type { ErrorReport } from '@graft/contracts/errors'
import type { AttemptState, Job } from '@graft/db/generated/client'
import type { Statement, StatementRunner } from '@graft/db/statements'

const end: Statement = {
  name: 'end-attempt',
  text: `
    WITH ended AS (
      UPDATE "Attempt" SET state = $3::"AttemptState", "endedAt" = clock_timestamp(), error = coalesce($4::jsonb, error) WHERE "jobId" = $1 AND number = $2)
    UPDATE "Worker" SET "nodeFaults" = 0 WHERE id = $5 AND "nodeFaults" > 0 AND $3::"AttemptState" = 'finished'`,
}

/** Closes the record of a job's present attempt. One that went well ends its worker's row of faults. */
export async function endAttempt(tx: StatementRunner, job: Job, state: Exclude<AttemptState, 'running'>, error?: ErrorReport): Promise<void> {
  await tx.run(end, [job.id, job.attempt, state, error === undefined ? null : JSON.stringify(error), job.workerId])
}
