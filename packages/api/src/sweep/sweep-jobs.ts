import type { JobState } from '@graft/contracts/trial'
import type { Transaction } from '@graft/db/client'
import { lockTrials } from './lock-trials.ts'

/** Jobs of a sweep's trials in some states that no other running sweep wants: what pausing or cancelling the sweep may stop. */
export async function ownJobs(tx: Transaction, sweepId: string, states: readonly JobState[]): Promise<string[]> {
  await lockTrials(tx)
  const trials = await tx.trial.findMany({
    where: { job: { state: { in: [...states] } }, memberships: { some: { sweepId }, none: { sweepId: { not: sweepId }, sweep: { state: 'running' } } } },
    select: { jobId: true },
  })
  return trials.map(({ jobId }) => jobId)
}
