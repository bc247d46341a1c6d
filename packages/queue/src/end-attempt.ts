import type { ErrorReport } from '@graft/contracts/errors'
import { toJson, type Transaction } from '@graft/db/client'
import type { AttemptState, Job } from '@graft/db/generated/client'

/** Closes the record of a job's present attempt. */
export async function endAttempt(tx: Transaction, job: Job, state: Exclude<AttemptState, 'running'>, error?: ErrorReport): Promise<void> {
  await tx.$executeRaw`UPDATE "Attempt" SET state = ${state}::"AttemptState", "endedAt" = clock_timestamp() WHERE "jobId" = ${job.id} AND number = ${job.attempt}`
  if (error !== undefined) await tx.attempt.update({ where: { jobId_number: { jobId: job.id, number: job.attempt } }, data: { error: toJson(error) } })
}
