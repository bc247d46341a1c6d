import { GraftError } from '@graft/contracts/errors'
import type { JobPayload } from '@graft/contracts/job'
import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { inPrisma } from '@graft/db/in-prisma'
import { changeJobStates, lockJobs } from './job-state.ts'
import { requireQueuedRoom } from './quotas.ts'

/**
 * Queues failed, cancelled, pruned or diverged jobs again by hand, with a clean count of failures and a payload as of now.
 *
 * @throws GraftError `conflict` for one in any other state or where someone may not queue so many, `not_found`.
 */
export async function retryJobs(tx: Transaction, wanted: readonly { id: string; payload: JobPayload }[]): Promise<void> {
  if (wanted.length === 0) return
  const jobs = await lockJobs(inPrisma(tx), wanted.map(({ id }) => id))
  if (jobs.length !== wanted.length) throw new GraftError('not_found', 'There is no such job.')
  const running = jobs.find(({ state }) => state === 'running')
  if (running !== undefined) throw new GraftError('conflict', `“${running.title}” is running.`, { hint: 'Cancel it first.' })
  await requireRoomForTrials(tx, jobs)
  await changeJobStates(inPrisma(tx), jobs, 'queued', { lostAttempts: 0, failedAttempts: 0, outOfMemoryAttempts: 0, error: null })
  await tx.$executeRaw`
    UPDATE "Job" SET payload = given.payload FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS given(id text, payload jsonb) WHERE "Job".id = given.id`
}

async function requireRoomForTrials(tx: Transaction, jobs: readonly Job[]): Promise<void> {
  const trials = jobs.filter(({ kind }) => kind === 'trial')
  for (const personId of new Set(trials.map((job) => job.personId))) await requireQueuedRoom(tx, personId, trials.filter((job) => job.personId === personId).length)
}
