import type { Job } from '@graft/db/generated/client'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { endAttempt } from './end-attempt.ts'
import { changeJobStates, lockJobs } from './job-state.ts'

const findHelpers: Statement = {
  name: 'find-helpers',
  text: `SELECT id FROM "Job" WHERE "subjectId" = ANY($1::text[]) AND kind = 'extraction' AND state IN ('queued', 'running')`,
}

/** Trials that end, or wait for a person, need nobody's help any more: the jobs of those that take shards of their extractions are cancelled. */
export async function dismissHelpers(tx: StatementRunner, jobs: readonly Pick<Job, 'kind' | 'subjectId'>[]): Promise<void> {
  const trials = jobs.filter(({ kind }) => kind === 'trial').map(({ subjectId }) => subjectId)
  if (trials.length === 0) return
  const helping = await tx.rows<{ id: string }>(findHelpers, [trials])
  if (helping.length > 0) await endHelp(tx, helping.map(({ id }) => id))
}

/** Cancels jobs of the kind `extraction` that wait or run. */
export async function endHelp(tx: StatementRunner, ids: readonly string[]): Promise<void> {
  const jobs = (await lockJobs(tx, ids)).filter(({ state }) => state === 'queued' || state === 'running')
  for (const job of jobs) if (job.state === 'running') await endAttempt(tx, job, 'cancelled')
  await changeJobStates(tx, jobs, 'cancelled')
}
