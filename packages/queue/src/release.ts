import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Database } from '@graft/db/client'
import { assertAttemptOrEnded } from './assert-attempt.ts'
import { endAttempt } from './end-attempt.ts'
import { interruptedState } from './interrupted-state.ts'
import { changeJobState } from './job-state.ts'

/**
 * A worker that shuts down gives its job back: queued again at once, counted neither as lost nor as failed.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function releaseJob(db: Database, reference: AttemptReference): Promise<void> {
  await db.statements.transaction(async (tx) => {
    const job = await assertAttemptOrEnded(tx, reference, ({ state }) => state === 'released')
    if (job === null) return
    await endAttempt(tx, job, 'released')
    await changeJobState(tx, job, interruptedState(job))
  })
}
