import { GraftError } from '@graft/contracts/errors'
import type { Transaction } from '@graft/db/client'
import type { JobState } from '@graft/db/generated/client'
import { retryJobs } from '@graft/queue/retry'
import { z } from 'zod'
import { toTrialPayload, trialInclude } from '../trial/trial-rows.ts'
import { userProcedure } from '../trpc.ts'
import { lockOwnSweep } from './lock-sweep.ts'
import { reopenConfigurations } from './reopen-configurations.ts'

/** Queues the trials of a sweep that failed again, and only those. @throws GraftError `conflict` for a sweep that is cancelled: resuming it queues what was cancelled. */
export const retry = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server, caller }, input }): Promise<{ retried: number }> =>
  server.db.$transaction(async (tx) => {
    const sweep = await lockOwnSweep(tx, caller, input.id)
    if (sweep.state === 'cancelled') throw new GraftError('conflict', `“${sweep.name}” is cancelled.`, { hint: `Resume it: graft sweep resume ${sweep.id}.` })
    return { retried: await requeueTrials(tx, sweep.id, 'failed') }
  }),
)

/** Queues the trials of a sweep that ended so again. @returns how many. */
export async function requeueTrials(tx: Transaction, sweepId: string, state: Extract<JobState, 'failed' | 'cancelled'>): Promise<number> {
  const rows = await tx.trial.findMany({ where: { memberships: { some: { sweepId } }, job: { state } }, include: trialInclude })
  await reopenConfigurations(tx, rows.map(({ id }) => id))
  await retryJobs(tx, rows.map((row) => ({ id: row.jobId, payload: toTrialPayload(row) })))
  return rows.length
}
