import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { endAttempt } from './end-attempt.ts'
import { changeJobStates, lockJobs } from './job-state.ts'

/** Trials that end, or wait for a person, need nobody's help any more: the jobs of those that take shards of their extractions are cancelled. */
export async function dismissHelpers(tx: Transaction, jobs: readonly Pick<Job, 'kind' | 'subjectId'>[]): Promise<void> {
  const trials = jobs.filter(({ kind }) => kind === 'trial').map(({ subjectId }) => subjectId)
  if (trials.length === 0) return
  const helping = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Job" WHERE "subjectId" = ANY(${trials}::text[]) AND kind = 'extraction' AND state IN ('queued', 'running')`
  if (helping.length > 0) await endHelp(tx, helping.map(({ id }) => id))
}

/** Cancels jobs of the kind `extraction` that wait or run. */
export async function endHelp(tx: Transaction, ids: readonly string[]): Promise<void> {
  const jobs = (await lockJobs(tx, ids)).filter(({ state }) => state === 'queued' || state === 'running')
  for (const job of jobs) if (job.state === 'running') await endAttempt(tx, job, 'cancelled')
  await changeJobStates(tx, jobs, 'cancelled')
}
