import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Database } from '@graft/db/client'
import { assertAttempt } from './assert-attempt.ts'
import { endAttempt } from './end-attempt.ts'
import { changeJobState } from './job-state.ts'

/**
 * A worker that shuts down gives its job back: queued again at once, counted neither as lost nor as failed.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function releaseJob(db: Database, reference: AttemptReference): Promise<void> {
  await db.$transaction(async (tx) => {
    const job = await assertAttempt(tx, reference)
    await endAttempt(tx, job, 'released')
    await changeJobState(tx, job, 'queued')
  })
}
